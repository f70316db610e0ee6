import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type PerdureTest, perdureTest } from '../../src/testing/perdure-test.js';
import { playStep, startsOf } from '../support/two-targets.js';

const workflowsPath = fileURLToPath(new URL('./fixtures/failover.ts', import.meta.url));

let t: PerdureTest;
beforeAll(async () => {
  t = await perdureTest({ time: 'real', workflowsPath });
  t.simulator.on('*').lasts('20 s').returns({ ok: true });
});
afterAll(async () => {
  expect(t.ledger.open).toEqual([]);
  await t.close();
});

test.concurrent('a read that failed where it ran goes to the next target; a write does not', async () => {
  for (const effect of ['read', 'write'] as const) {
    const text = `failed ${effect}`;
    t.simulator.on('anchor.webTask', { text }).fails('The page is broken.');
    const expected = effect === 'read' ? ['completed', 1] : ['failed', 0];
    const outcome = await playStep(t, text, { effect });
    expect([outcome.status, startsOf(t, 'browserbase.agentRun', text)]).toEqual(expected);
  }
});

test.concurrent('a write whose start was lost and not settled is never started elsewhere (fault matrix 20: lost start)', async () => {
  const text = 'lost write';
  t.simulator.fault({ kind: 'reply-lost', on: 'start', text });
  const outcome = await playStep(t, text, { onUnknownStart: 'fail' });
  expect(outcome).toMatchObject({ status: 'unknown', endpoint: 'anchor.webTask' });
  expect(outcome.failedOver).toBeUndefined();
  expect(startsOf(t, 'browserbase.agentRun', text)).toBe(0);
});

test.concurrent('where every target fails, the last one says why and the others are told of', async () => {
  const text = 'both down';
  t.simulator.on('*', { text }).fails('The page is broken.');
  expect(await playStep(t, text, { effect: 'read' })).toMatchObject({
    endpoint: 'browserbase.agentRun',
    status: 'failed',
    failedOver: [{ status: 'failed', error: { code: 'run-failed' } }],
  });
});

test.concurrent('a run that fails while its question is open goes to the next target, and the question is closed', async () => {
  const text = 'asked in vain';
  const script = t.simulator.on('anchor.webTask', { text }).lasts('20 min');
  script.asks({ message: 'Which?', after: '5 s', patience: '6 min' }).fails('Nobody answered.');
  expect(await playStep(t, text, { effect: 'read' })).toMatchObject({
    endpoint: 'browserbase.agentRun',
    status: 'completed',
  });
  const { questions } = await t.perdure.get('asked-in-vain/step').outcome();
  expect(questions).toMatchObject([{ state: 'gone' }]);
});

test.concurrent('a step that is cancelled does not go on at the next target', async () => {
  const text = 'cancelled step';
  t.simulator.on('anchor.webTask', { text }).neverEnds();
  const ended = playStep(t, text, { effect: 'read' });
  await t.simulator.next({ on: 'start', text, phase: 'replied' });
  await t.client.workflow.getHandle('cancelled-step').cancel();
  await expect(ended).resolves.toMatchObject({ status: 'cancelled', endpoint: 'anchor.webTask' });
  expect(startsOf(t, 'browserbase.agentRun', text)).toBe(0);
});
