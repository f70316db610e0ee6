import type { MetricMeter } from '@temporalio/common';
import { Runtime } from '@temporalio/worker';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { browserbase } from '../../src/core/builders.js';
import { type PerdureTest, perdureTest } from '../../src/testing/perdure-test.js';
import { expectReplays } from '../support/replay.js';

const runtime = Runtime.instance();
const ownMeter = runtime.metricMeter;

let t: PerdureTest;
const told: { name: string; value: number; tags: object }[] = [];

/** A meter that keeps what it is told. */
function keeper(): MetricMeter {
  const metric =
    (name: string) =>
    (value: number, tags = {}) =>
      void told.push({ name, value, tags });
  const common = { unit: '', description: '', valueType: 'int' } as const;
  const meter = {
    createCounter: (name: string) => ({ ...common, kind: 'counter', name, add: metric(name), withTags: () => meter }),
    createHistogram: (name: string) => ({ ...common, kind: 'histogram', name, record: metric(name) }),
    createGauge: (name: string) => ({ ...common, kind: 'gauge', name, set: metric(name) }),
    withTags: () => meter,
  };
  return meter as unknown as MetricMeter;
}

beforeAll(async () => {
  Object.defineProperty(runtime, 'metricMeter', { value: keeper(), configurable: true });
  t = await perdureTest({ time: 'real' });
});
afterAll(async () => {
  await expectReplays(t.client);
  await t.close();
  Object.defineProperty(runtime, 'metricMeter', { value: ownMeter, configurable: true });
});

const named = (metric: string) => told.filter(({ name }) => name === metric);

test('each lost start is counted once, and a sweep tells how many runs are overdue', async () => {
  t.simulator.fault({ kind: '5xx-before', on: 'start' });
  const task = 'lost';
  const agent = browserbase.agentRun({ task, mark: 'off' });
  const run = await t.perdure.start({ key: task, agent });
  await t.answer(await t.nextQuestion(run), { decision: 'give up' }, { by: 'ann' });
  expect((await run.outcome()).status).toBe('unknown');
  expect(named('perdure_starts_unknown')).toMatchObject([
    { value: 1, tags: { endpoint: 'browserbase.agentRun', account: 'browserbase/default' } },
  ]);
  expect(await t.perdure.sweep()).toMatchObject({ overdue: [] });
  expect(named('perdure_runs_overdue')).toMatchObject([{ value: 0, tags: { deployment: 'test' } }]);
});
