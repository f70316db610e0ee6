import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Connection } from '@temporalio/client';
import { type PerdureTest, perdureTest } from 'perdure/testing';
import { afterAll, assert, beforeAll, expect, test, vi } from 'vitest';
import { type Nightly, Stock } from './schemas.js';
import type { nightlyBatch } from './workflows.js';

const workflowsPath = fileURLToPath(new URL('./workflows.ts', import.meta.url));
const input: Nightly = {
  shops: ['north', 'south', 'west'].map((id) => ({ id, url: `https://${id}.example.com` })),
  atLeast: 5,
};

let t: PerdureTest;
beforeAll(async () => {
  t = await perdureTest({ time: 'real', workflowsPath, schemas: { Stock } });
});
afterAll(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  await t.close();
});

test('every shop is read, and the report names those with little left and those that failed', async () => {
  t.simulator.on('anchor.webTask').returns({ product: 'lamp', left: 12 });
  t.simulator.on('anchor.webTask', { text: 'south' }).returns({ product: 'lamp', left: 2 });
  t.simulator.on('anchor.webTask', { text: 'west' }).fails('The shop is closed.');
  const options = { args: [input] as [Nightly], workflowId: 'nightly-1', taskQueue: t.taskQueue };
  const report = await t.client.workflow.execute<typeof nightlyBatch>('nightlyBatch', options);
  expect(report).toMatchObject({ checked: 3, low: ['south'], failed: ['west'] });
  expect(t.ledger.open).toEqual([]);
});

test('the same from a script prints what each shop has left', async () => {
  const { connection } = t.client;
  assert(connection instanceof Connection);
  vi.stubEnv('TEMPORAL_ADDRESS', connection.options.address);
  vi.stubEnv('PERDURE_DEPLOYMENT', 'test');
  const items = path.join(t.home, 'shops.jsonl');
  await writeFile(items, input.shops.map((shop) => `${JSON.stringify(shop)}\n`).join(''));
  const print = vi.spyOn(console, 'log').mockReturnValue();
  const argv = process.argv;
  process.argv = ['node', 'from-a-script', items, path.join(t.home, 'shops.results.jsonl')];
  t.simulator.on('anchor.webTask', { text: 'lamps are left' }).returns({ product: 'lamp', left: 7 });
  await import('./from-a-script.js');
  process.argv = argv;
  expect(print.mock.calls.slice(0, -1).toSorted()).toEqual(input.shops.map(({ id }) => [id, 7]));
  expect(print.mock.calls.at(-1)?.slice(0, 2)).toEqual([{ completed: 3 }, {}]);
});

test('the script makes a schedule that starts the workflow each night', async () => {
  const { connection } = t.client;
  assert(connection instanceof Connection);
  vi.stubEnv('TEMPORAL_ADDRESS', connection.options.address);
  await import('./schedule.js');
  const { spec, action, policies } = await t.client.schedule.getHandle('nightly-stock').describe();
  expect(spec.calendars).toMatchObject([{ hour: [{ start: 2 }], minute: [{ start: 30 }] }]);
  expect(action).toMatchObject({ type: 'startWorkflow', workflowType: 'nightlyBatch', taskQueue: 'nightly' });
  expect(policies.overlap).toBe('SKIP');
});
