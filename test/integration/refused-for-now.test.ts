import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type PerdureTest, perdureTest } from '../../src/testing/perdure-test.js';
import { agentOf, askingAgentOf } from '../support/agents.js';

let t: PerdureTest;
beforeAll(async () => {
  t = await perdureTest({ time: 'real' });
});
afterAll(async () => {
  expect(t.ledger.open).toEqual([]);
  await t.close();
});

test.concurrent.each([
  { retryAfter: 0, times: 2 },
  { retryAfter: 'absurd', times: 1 },
] as const)('an answer that is refused with Retry-After: $retryAfter is sent again in time', async (refusal) => {
  const text = `answer refused for ${refusal.retryAfter}`;
  t.simulator
    .on('browserbase.agentRun', { text })
    .lasts('30 s')
    .asks({ kind: 'pause', message: 'Which one?', after: '5 s' });
  t.simulator.fault({ kind: '429', on: 'answer', text, ...refusal });
  const agent = askingAgentOf('browserbase.agentRun', text);
  // A second try of the test has to be another run.
  const key = `refused-${refusal.retryAfter}-${randomUUID()}`;
  const run = await t.perdure.start({ key, agent, deadline: '20 min' });
  const question = await t.nextQuestion(run);
  expect(await t.answer(question, 'the second', { by: 'ann' })).toEqual({ accepted: true });
  expect(await run.outcome()).toMatchObject({ status: 'completed', questions: [{ state: 'applied' }] });
});

test.concurrent.each(['anchor.webTask', 'browserbase.agentRun'] as const)(
  'an answer at %s to a question that is not known for a moment reaches it all the same',
  async (endpoint) => {
    const text = `not known when answered at ${endpoint}`;
    const kind = endpoint === 'browserbase.agentRun' ? 'pause' : 'text';
    t.simulator.on(endpoint, { text }).lasts('30 s').asks({ kind, message: 'Which one?', after: '5 s' });
    t.simulator.fault({ kind: 'not-found', on: 'answer', text, times: 2 });
    const run = await t.perdure.start({ key: `unknown-${endpoint}`, agent: askingAgentOf(endpoint, text) });
    expect(await t.answer(await t.nextQuestion(run), 'the third', { by: 'ann' })).toEqual({ accepted: true });
    expect(await run.outcome()).toMatchObject({ status: 'completed', questions: [{ state: 'applied' }] });
  },
);

test.concurrent('a look that is put off for years is made again before the deadline', async () => {
  const text = 'look put off';
  t.simulator.on('anchor.webTask', { text }).lasts('5 s').returns({ total: 4 });
  t.simulator.fault({ kind: '429', on: 'status', text, retryAfter: 'absurd' });
  const agent = agentOf('anchor.webTask', text);
  const run = await t.perdure.start({ key: 'put-off', agent, deadline: '10 min' });
  const { status, result, usage } = await run.outcome();
  expect({ status, result, looks: usage.polls }).toEqual({ status: 'completed', result: { total: 4 }, looks: 2 });
});

test.concurrent('a session that its provider does not know for a moment is ended all the same', async () => {
  const text = 'end not known';
  t.simulator.fault({ kind: 'not-found', on: 'session.end', text, times: 2 });
  t.simulator.fault({ kind: 'not-found', on: 'session.get', text, times: 3 });
  const run = await t.perdure.start({ key: 'end-not-known', agent: agentOf('anchor.webTask', text) });
  expect(await run.outcome()).toMatchObject({ status: 'completed', cleanup: { confirmed: true, left: [] } });
});
