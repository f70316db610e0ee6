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

test('where the second account is down as well, a step waits, and goes on when one of them is back', async () => {
  const text = 'both away';
  const at = { on: 'start', endpoint: 'browserbase.agentRun', text } as const;
  const comeBack = t.simulator.fault({ ...at, kind: '429', retryAfter: 5, times: 'always' });
  const ended = playStep(t, text);
  for (let tries = 0; tries < 3; tries += 1) await t.simulator.next({ ...at, phase: 'replied' });
  expect(startsOf(t, 'browserbase.agentRun', text)).toBe(0);
  comeBack();
  expect(await ended).toMatchObject({ endpoint: 'browserbase.agentRun', status: 'completed' });
  expect([startsOf(t, 'anchor.webTask', text), startsOf(t, 'browserbase.agentRun', text)]).toEqual([0, 1]);
});
