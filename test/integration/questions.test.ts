import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AgentSpec, anchor, browserbase } from '../../src/core/builders.js';
import { wire } from '../../src/core/names.js';
import { agentOf, askingAgentOf } from '../support/agents.js';
import { type PerdureTest, perdureTest } from '../../src/testing/perdure-test.js';

let t: PerdureTest;
beforeAll(async () => {
  t = await perdureTest({ time: 'real' });
});
afterAll(async () => {
  expect(t.ledger.open).toEqual([]);
  await t.close();
});

const prompt = 'Log in and read the total.';
const askers: AgentSpec[] = [
  anchor.webTask({ prompt, human_intervention: true }),
  anchor.sessionAgent({ prompt, human_intervention: true }),
  anchor.task({ taskId: 'login', input_params: {} }),
  browserbase.agentRun({ task: prompt, pauseWhen: 'a login is needed' }),
];

test.concurrent.each(askers)(
  'a question of $endpoint waits for a person, and the answer goes back to the provider',
  async (agent) => {
    const kind = agent.endpoint === 'browserbase.agentRun' ? 'pause' : 'text';
    t.simulator
      .on(agent.endpoint)
      .lasts('5 min')
      .asks({ kind, message: 'Which account?', after: '20 s' })
      .returns({ ok: true });
    const run = await t.perdure.start({ key: `asks-${agent.endpoint}`, agent });
    const question = await t.nextQuestion(run);
    expect(question).toMatchObject({ message: 'Which account?', state: 'open', form: { kind: 'text' } });
    expect((await run.status()).status).toBe('waiting-for-person');
    expect(await t.answer(question, 'the second', { by: 'ann' })).toEqual({ accepted: true });
    const outcome = await run.outcome();
    expect(outcome).toMatchObject({
      status: 'completed',
      result: { ok: true },
      questions: [{ id: question.id, state: 'applied', by: 'ann', channel: 'test' }],
    });
    expect(t.ledger.answers.filter(({ questionId }) => question.id.endsWith(`~${questionId}`))).toHaveLength(1);
  },
);

test.concurrent('an answer that does not fit is refused with the reason, and the question stays open', async () => {
  t.simulator
    .on('anchor.webTask', { text: 'confirm' })
    .lasts('5 min')
    .asks({ kind: 'confirm', message: 'Pay?', after: '5 s' });
  const run = await t.perdure.start({
    key: 'confirm',
    agent: anchor.webTask({ prompt: 'confirm', human_intervention: true }),
  });
  const question = await t.nextQuestion(run);
  expect(await t.answer(question, 'yes', { by: 'ann' })).toEqual({
    accepted: false,
    reason: 'The answer must be true or false.',
  });
  expect(await t.answer(question, true, { by: 'ann' })).toEqual({ accepted: true });
  const again = await t.answer(question, false, { by: 'bob' });
  expect(again).toMatchObject({ accepted: false, reason: expect.stringContaining('already answered by ann') });
  expect((await run.outcome()).status).toBe('completed');
});

test.concurrent('an answer by signal is applied once, however often it is sent (fault matrix 9: duplicates)', async () => {
  t.simulator
    .on('anchor.webTask', { text: 'signal' })
    .lasts('5 min')
    .asks({ kind: 'text', message: 'Name?', after: '5 s' });
  const run = await t.perdure.start({
    key: 'signal',
    agent: anchor.webTask({ prompt: 'signal', human_intervention: true }),
  });
  const { id } = await t.nextQuestion(run);
  const message = { questionId: id, answer: 'Ann', by: 'ann', channel: 'temporal', decisionId: 'd-1' };
  const handle = t.client.workflow.getHandle(run.workflowId);
  await Promise.all([1, 2, 3].map(() => handle.signal(wire.answer, message)));
  const outcome = await run.outcome();
  expect(outcome.questions).toMatchObject([{ id, state: 'applied', by: 'ann', channel: 'temporal' }]);
  expect(t.ledger.answers.filter(({ answer }) => answer === 'Ann')).toHaveLength(1);
});

test.concurrent.each([
  { endpoint: 'anchor.webTask', on: 'questions' },
  { endpoint: 'browserbase.agentRun', on: 'status' },
] as const)(
  'a question of $endpoint that is not seen for a moment can be answered after it',
  async ({ endpoint, on }) => {
    const text = `blinks ${endpoint}`;
    t.simulator.on(endpoint, { text }).lasts('2 min').asks({ message: 'Which?', after: '5 s' }).returns({ ok: true });
    const agent = askingAgentOf(endpoint, text);
    // A busy machine may take its time between two looks.
    const run = await t.perdure.start({ key: `blinks-${endpoint}`, agent, timings: { notFoundGrace: 300_000 } });
    const { id } = await t.nextQuestion(run);
    t.simulator.fault({ kind: 'not-found', on, text, times: 2 });
    // Two looks do not find it, and another does.
    for (let look = 0; look < 4; look += 1) await t.simulator.next({ on, text, phase: 'replied' });
    const question = await t.nextQuestion(run);
    expect(question.id).toBe(id);
    expect(await t.answer(question, 'the second', { by: 'ann' })).toEqual({ accepted: true });
    expect(await run.outcome()).toMatchObject({ status: 'completed', questions: [{ state: 'applied' }] });
  },
);

test.concurrent('an answer that comes before its question is kept for it, and one after the end is refused (fault matrix 9: too early, too late)', async () => {
  const text = 'early and late';
  const agent = askingAgentOf('anchor.webTask', text);
  t.simulator.on('anchor.webTask', { text }).lasts('1 min').asks({ message: 'Which?', after: '5 s' });
  const { held, release } = holdQuestions(text);
  const run = await t.perdure.start({ key: 'early', agent });
  const id = `${run.workflowId}~${await pendingQuestion(text, held)}`;
  expect(await t.perdure.answer(id, 'the second', { by: 'ann' })).toEqual({ accepted: true, pending: true });
  expect(await t.perdure.answer(id, 'the first', { by: 'bob' })).toEqual({
    accepted: false,
    reason: 'The question is not asked yet, and ann has answered it already.',
  });
  release();
  expect(await run.outcome()).toMatchObject({ status: 'completed', questions: [{ id, state: 'applied', by: 'ann' }] });
  await expect(t.perdure.answer(id, 'the third', { by: 'eve' })).rejects.toMatchObject({ code: 'question-not-found' });
  expect(t.ledger.answers.filter(({ questionId }) => id.endsWith(questionId))).toMatchObject([
    { answer: 'the second' },
  ]);
});

test.concurrent('a signal that carries nothing, or something else, does not wedge the run', async () => {
  const text = 'odd messages';
  t.simulator.on('anchor.namedTask', { text }).lasts('1 min').returns({ ok: true });
  const run = await t.perdure.start({ key: 'odd-messages', agent: agentOf('anchor.namedTask', text) });
  const handle = t.client.workflow.getHandle(run.workflowId);
  for (const name of ['perdure.answer', 'perdure.changed']) {
    await handle.signal(name);
    await handle.signal(name, { questionId: 7, generation: 'one' });
  }
  expect(await run.outcome()).toMatchObject({ status: 'completed', questions: [] });
});

test.concurrent('of many answers at once one is taken for each question, and no message is lost (fault matrix 10: many updates and signals)', async () => {
  const text = 'crowded';
  const script = t.simulator.on('anchor.webTask', { text }).lasts('10 min');
  script.asks({ message: 'First?', after: '5 s' }).asks({ message: 'Second?', after: '10 s' }).returns({ ok: true });
  const agent = askingAgentOf('anchor.webTask', text);
  const run = await t.perdure.start({ key: text, agent, deadline: '10 hours' });
  const handle = t.client.workflow.getHandle(run.workflowId);
  for (const message of ['First?', 'Second?']) {
    const question = await t.nextQuestion(run);
    expect(question.message).toBe(message);
    const elsewhere = { questionId: `${run.workflowId}~none`, answer: 'no', by: 'eve', channel: 'temporal' };
    const strays = Array.from({ length: 100 }, (_, nth) =>
      handle.signal(wire.answer, { ...elsewhere, decisionId: `${message}${nth}` }),
    );
    const answers = Array.from({ length: 15 }, (_, nth) => t.answer(question, `${message}${nth}`, { by: `p${nth}` }));
    const verdicts = await Promise.all(answers);
    await Promise.all(strays);
    // One that a busy worker has not looked at in time is told to be pending; the ledger below knows what became of it.
    const settled = verdicts.filter((verdict) => !('pending' in verdict));
    expect(settled.filter(({ accepted }) => accepted).length).toBeLessThanOrEqual(1);
    if (settled.length === verdicts.length) expect(settled).toContainEqual({ accepted: true });
  }
  expect(await run.outcome()).toMatchObject({
    status: 'completed',
    questions: [{ state: 'applied' }, { state: 'applied' }],
  });
  const given = t.ledger.answers.filter(({ answer }) => /^(First|Second)/.test(String(answer)));
  expect(given.map(({ answer }) => String(answer).split('?')[0])).toEqual(['First', 'Second']);
});

test.concurrent.each(['anchor.webTask', 'browserbase.agentRun'] as const)(
  'a run of %s that ends before its provider replies to an answer still tells that it arrived',
  async (endpoint) => {
    const text = `reply-hangs-${endpoint}`;
    t.simulator.on(endpoint, { text }).lasts('20 s').asks({ message: 'Which?', after: '5 s' }).returns({ ok: true });
    t.simulator.fault({ kind: 'hang-after', on: 'answer', text });
    const run = await t.perdure.start({ key: text, agent: askingAgentOf(endpoint, text) });
    const question = await t.nextQuestion(run);
    expect(await t.answer(question, 'this', { by: 'ann' })).toEqual({ accepted: true });
    expect(await run.outcome()).toMatchObject({ status: 'completed', questions: [{ state: 'applied', by: 'ann' }] });
  },
);

/** Holds the looks for questions from the first on until `release` is called. */
function holdQuestions(text: string) {
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const held = new Promise<string>((resolve) => {
    t.simulator.when({ on: 'questions', text, phase: 'received' }, ({ sessionId = '' }) => {
      resolve(sessionId);
      return released;
    });
  });
  return { held, release };
}

/** The provider's id of the question that an agent asks, before any look has shown it. */
async function pendingQuestion(text: string, held: Promise<unknown>): Promise<string> {
  await held;
  const { anchorUrl, keys } = t.simulator;
  const headers = { 'anchor-api-key': keys.anchor[0] ?? '' };
  for (;;) {
    const reply = await fetch(`${anchorUrl}/v1/sessions/pending-interventions`, { headers });
    const { data } = (await reply.json()) as { data: { items: { requestId: string; tags: string[] }[] } };
    const found = data.items.find(({ tags }) => tags.includes(text));
    if (found) return found.requestId;
  }
}
