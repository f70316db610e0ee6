import { expect, expectTypeOf, test } from 'vitest';
import type { PerdurePluginOptions } from '../worker/plugin.js';
import type { RunWorkerOptions } from '../worker/run-worker.js';
import type { ConnectOptions } from './connect.js';
import { loadSettings } from './settings.js';

test('the log level, which only a command reads, comes from the environment and is no option in code', () => {
  expect(loadSettings({ PERDURE_LOG_LEVEL: 'debug' }).logLevel).toMatchObject({ value: 'debug' });
  expectTypeOf<ConnectOptions>().not.toHaveProperty('logLevel');
  expectTypeOf<PerdurePluginOptions>().not.toHaveProperty('logLevel');
  expectTypeOf<RunWorkerOptions>().not.toHaveProperty('logLevel');
});
