import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type PerdureTest, perdureTest } from '../../src/testing/perdure-test.js';
import { expectReplays } from '../support/replay.js';
import { bundleOf } from '../support/replay-bundle.js';
import { playStep, startsOf } from '../support/two-targets.js';

const workflowsPath = fileURLToPath(new URL('./fixtures/failover.ts', import.meta.url));

let t: PerdureTest;
beforeAll(async () => {
  t = await perdureTest({ time: 'real', workflowsPath });
  t.simulator.on('*').lasts('20 s').returns({ ok: true });
});
afterAll(async () => {
  expect(t.ledger.open).toEqual([]);
  await expectReplays(t.client, { workflowBundle: await bundleOf(workflowsPath) });
  await t.close();
});

test('a write whose starts are refused goes to the next target, and the steps after it pass over an account that fails for all', async () => {
  const text = 'refused at first';
  t.simulator.fault({ kind: 'status', status: 503, on: 'session.create', times: 'always' });
  expect(await playStep(t, text)).toMatchObject({
    key: 'refused-at-first/step:2',
    endpoint: 'browserbase.agentRun',
    status: 'completed',
    failedOver: [{ key: 'refused-at-first/step', account: 'anchor/default', status: 'failed' }],
  });
  expect([startsOf(t, 'anchor.webTask', text), startsOf(t, 'browserbase.agentRun', text)]).toEqual([0, 1]);
  const asked = t.ledger.requests({ operation: 'session.create' }).length;
  const next = await playStep(t, 'passed over');
  expect(next).toMatchObject({ key: 'passed-over/step:2', status: 'completed' });
  expect(next.failedOver).toBeUndefined();
  expect(t.ledger.requests({ operation: 'session.create' })).toHaveLength(asked);
});
