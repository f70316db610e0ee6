import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { anchor, browserbase } from '../../src/core/builders.js';
import type { Outcome } from '../../src/core/run.js';
import { type PerdureTest, perdureTest } from '../../src/testing/perdure-test.js';
import { expectReplays } from '../support/replay.js';
import { bundleOf } from '../support/replay-bundle.js';

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

/** Runs a step that prefers Anchor and has Browserbase beside it. */
async function play(text: string): Promise<Outcome> {
  const targets = [
    { agent: anchor.webTask({ prompt: text, human_intervention: true, session: { tags: [text] } }) },
    { agent: browserbase.agentRun({ task: text }) },
  ];
  const workflowId = text.replaceAll(' ', '-');
  const step = { name: 'step', targets, failOverAfter: '10 min' };
  const handle = await t.client.workflow.start('oneStep', { taskQueue: t.taskQueue, workflowId, args: [step] });
  return (await handle.result()) as Outcome;
}

const startsOf = (endpoint: string, text: string) =>
  t.ledger.runs.filter((run) => run.endpoint === endpoint && run.text.includes(text)).length;

test('a write whose starts are refused goes to the next target, and the steps after it pass over an account that fails for all', async () => {
  const text = 'refused at first';
  t.simulator.fault({ kind: 'status', status: 503, on: 'session.create', times: 'always' });
  expect(await play(text)).toMatchObject({
    key: 'refused-at-first/step:2',
    endpoint: 'browserbase.agentRun',
    status: 'completed',
    failedOver: [{ key: 'refused-at-first/step', account: 'anchor/default', status: 'failed' }],
  });
  expect([startsOf('anchor.webTask', text), startsOf('browserbase.agentRun', text)]).toEqual([0, 1]);
  const asked = t.ledger.requests({ operation: 'session.create' }).length;
  const next = await play('passed over');
  expect(next).toMatchObject({ key: 'passed-over/step:2', status: 'completed' });
  expect(next.failedOver).toBeUndefined();
  expect(t.ledger.requests({ operation: 'session.create' })).toHaveLength(asked);
});
