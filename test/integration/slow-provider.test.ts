import { afterAll, beforeAll, expect, test } from 'vitest';
import { endpointNames } from '../../src/core/endpoints.js';
import { type PerdureTest, perdureTest } from '../../src/testing/perdure-test.js';
import { agentOf, askingAgentOf } from '../support/agents.js';

let t: PerdureTest;
beforeAll(async () => {
  t = await perdureTest({ time: 'real', simulator: { latencyMs: 2_000 } });
});
afterAll(async () => {
  expect(t.ledger.open).toEqual([]);
  await t.close();
});

const clean = { confirmed: true, left: [] };

test.concurrent('with every answer two seconds late, runs of all endpoints and a cancelled one end as ever', async () => {
  t.simulator.on('*', { text: 'slow ' }).lasts('1 min').returns({ total: 12 });
  t.simulator.on('browserbase.agentRun', { text: 'to be cancelled' }).neverEnds();
  const runs = endpointNames.map(async (endpoint) => {
    const run = await t.perdure.start({ key: endpoint, agent: agentOf(endpoint, `slow ${endpoint}`) });
    return run.outcome();
  });
  const accepted = t.simulator.next({ on: 'start', text: 'to be cancelled', phase: 'replied' });
  const agent = agentOf('browserbase.agentRun', 'to be cancelled');
  const cancelled = await t.perdure.start({ key: 'cancelled', agent });
  await accepted;
  await cancelled.cancel();
  expect(await cancelled.outcome()).toMatchObject({ status: 'cancelled', cleanup: clean });
  for (const outcome of await Promise.all(runs)) {
    expect(outcome).toMatchObject({ status: 'completed', result: { total: 12 }, cleanup: clean });
    const starts = t.ledger.requests({ operation: 'start', endpoint: outcome.endpoint });
    const own = starts.filter(({ body }) => JSON.stringify(body)?.includes(`slow ${outcome.endpoint}`));
    expect(own).toHaveLength(1);
  }
});

test.concurrent('a look whose requests take their time together, and none too long, is waited for', async () => {
  const text = 'a long look';
  t.simulator.on('anchor.webTask', { text }).lasts('1 min').asks({ message: 'Which one?', after: '5 s' });
  const timings = { request: 3_000 };
  const agent = askingAgentOf('anchor.webTask', text);
  const run = await t.perdure.start({ key: 'long-look', agent, timings, deadline: '40 min' });
  const question = await t.nextQuestion(run);
  expect(await t.answer(question, 'the first', { by: 'ann' })).toEqual({ accepted: true });
  expect(await run.outcome()).toMatchObject({ status: 'completed', cleanup: clean });
});

test.concurrent.each(['anchor.webTask', 'browserbase.agentRun'] as const)(
  'with every answer two seconds late, a question of %s is asked and answered as ever',
  async (endpoint) => {
    const text = `slowly asks ${endpoint}`;
    t.simulator.on(endpoint, { text }).lasts('1 min').asks({ message: 'Which one?', after: '5 s' });
    const run = await t.perdure.start({ key: `asks-${endpoint}`, agent: askingAgentOf(endpoint, text) });
    const question = await t.nextQuestion(run);
    expect(await t.answer(question, 'the first', { by: 'ann' })).toEqual({ accepted: true });
    expect(await run.outcome()).toMatchObject({
      status: 'completed',
      questions: [{ state: 'applied' }],
      cleanup: clean,
    });
  },
);
