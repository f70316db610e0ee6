import { afterAll, assert, beforeAll, expect, test } from 'vitest';
import { wire } from '../../src/core/names.js';
import type { ClaimGrant } from '../../src/core/claim.js';
import type { Question } from '../../src/core/question.js';
import { type PerdureTest, perdureTest } from '../../src/testing/perdure-test.js';
import { askingAgentOf } from '../support/agents.js';
import { historyText } from '../support/history-text.js';

let t: PerdureTest;
beforeAll(async () => {
  t = await perdureTest({ time: 'real' });
});
afterAll(async () => {
  expect(t.ledger.open).toEqual([]);
  await t.close();
});

const endpoints = ['anchor.webTask', 'anchor.sessionAgent', 'anchor.task', 'browserbase.agentRun'] as const;
/** Beyond what a busy machine takes for a test. */
const deadline = '10 hours';
const clean = { confirmed: true, left: [] };

interface Asks {
  endpoint?: (typeof endpoints)[number];
  kind?: 'text' | 'confirm' | 'fields';
  fields?: { name: string; label: string; type: 'password' | 'text'; required: boolean }[];
  patience?: string;
  lasts?: string;
}

/** A run whose agent asks one question and then completes with the answers that it was given. */
function asking(key: string, { endpoint = 'anchor.webTask', kind, fields, patience, lasts = '1 min' }: Asks = {}) {
  const asked = { message: `${key}?`, after: '5 s', ...(kind && { kind }), ...(fields && { fields }) };
  const lives = t.simulator.on(endpoint, { text: `${key}.` }).lasts(lasts);
  lives.asks({ ...asked, ...(patience !== undefined && { patience }) }).returns(({ answers }) => ({
    answers: fields ? answers.length : answers,
  }));
  return { key, agent: askingAgentOf(endpoint, `${key}.`), deadline };
}

const answersTo = ({ id }: Question) => t.ledger.answers.filter(({ questionId }) => id.endsWith(`~${questionId}`));

/** Waits until the run's question is in this state. */
async function until(id: string, state: Question['state']): Promise<Question> {
  for (;;) {
    const question = await t.perdure.question(id);
    if (question.state === state) return question;
  }
}

test.concurrent('a yes or no that nobody gives by its deadline is a no, and the agent goes on', async () => {
  const run = await t.perdure.start({ ...asking('nobody', { kind: 'confirm' }), questions: { deadline: '10 min' } });
  const question = await t.nextQuestion(run);
  expect(Date.parse(question.deadline ?? '') - Date.parse(question.askedAt)).toBe(6_000);
  const expired = await until(question.id, 'expired');
  const late = await t.answer(question, true, { by: 'ann' }).catch(() => undefined);
  if (late) expect(late).toMatchObject({ accepted: false, reason: expect.stringMatching(/the default was applied/) });
  expect(expired).toMatchObject({ by: 'perdure', channel: 'deadline', answer: false });
  expect(await run.outcome()).toMatchObject({
    status: 'completed',
    result: { answers: [false] },
    questions: [{ state: 'expired' }],
  });
  expect(answersTo(question)).toHaveLength(1);
});

test.concurrent.each(endpoints)(
  'a question of %s that has no default stops the run at its deadline',
  async (endpoint) => {
    const key = `expires-${endpoint}`;
    const run = await t.perdure.start({ ...asking(key, { endpoint }), questions: { deadline: '2 min' } });
    expect(await run.outcome()).toMatchObject({
      status: 'failed',
      error: { code: 'question-expired', message: expect.stringContaining(`${key}?`) },
      cleanup: clean,
      questions: [{ state: 'expired', by: 'perdure', channel: 'deadline' }],
    });
  },
);

test.concurrent('further people may answer from each rung on, and are found by their names and groups', async () => {
  const escalate = [{ after: '10 min', to: ['lead'] }];
  const run = await t.perdure.start({ ...asking('climbs'), questions: { assignees: ['ann'], escalate } });
  const question = await t.nextQuestion(run);
  expect(question).toMatchObject({ assignees: ['ann'], escalation: [{ after: 6_000, to: ['lead'] }] });
  const ids = async (filter: object) => (await t.perdure.questions(filter)).map(({ id }) => id);
  await expect.poll(() => ids({ assignee: 'lena', groups: ['lead'] }), { timeout: 30_000 }).toContain(question.id);
  expect(await ids({ assignee: 'ann' })).toContain(question.id);
  expect(await ids({})).toContain(question.id);
  expect(await ids({ assignee: 'bob', groups: ['sales'] })).not.toContain(question.id);
  expect(await t.answer(question, 'x', { by: 'lena' })).toEqual({ accepted: true });
  expect(await run.outcome()).toMatchObject({ status: 'completed', questions: [{ assignees: ['ann', 'lead'] }] });
});

test.concurrent('of two people who answer in the same instant one is heard, and the other told who was (fault matrix 9: rivals)', async () => {
  const run = await t.perdure.start(asking('rivals'));
  const question = await t.nextQuestion(run);
  const verdicts = await Promise.all(['ann', 'bob'].map((by) => t.answer(question, `of ${by}`, { by })));
  const winner = verdicts[0]?.accepted ? 'ann' : 'bob';
  expect(verdicts).toContainEqual({ accepted: true });
  const reason = expect.stringContaining(`already answered by ${winner}`);
  expect(verdicts).toContainEqual({ accepted: false, reason });
  expect(await run.outcome()).toMatchObject({ result: { answers: [`of ${winner}`] } });
});

test.concurrent('an answer to the previous question of the same run is refused, and the open one stays open (fault matrix 9: previous question)', async () => {
  const text = 'two in a row.';
  const lives = t.simulator.on('browserbase.agentRun', { text }).lasts('1 min');
  lives.asks({ message: 'First?', after: '5 s' }).asks({ message: 'Second?', after: '10 s' });
  const run = await t.perdure.start({ key: 'row', agent: askingAgentOf('browserbase.agentRun', text), deadline });
  const first = await t.nextQuestion(run);
  await t.answer(first, 'one', { by: 'ann' });
  const second = await t.nextQuestion(run);
  expect(second.message).toBe('Second?');
  const stray = await t.answer(first, 'late', { by: 'bob' });
  expect(stray).toMatchObject({ accepted: false, reason: expect.stringContaining('already answered by ann') });
  expect((await t.perdure.question(second.id)).state).toBe('open');
  await t.answer(second, 'two', { by: 'ann' });
  expect(await run.outcome()).toMatchObject({ questions: [{ answer: 'one' }, { answer: 'two' }] });
  expect([answersTo(first), answersTo(second)]).toMatchObject([[{ answer: 'one' }], [{ answer: 'two' }]]);
});

test.concurrent('an answer on whose way the agent went on by itself is recorded, and is no error', async () => {
  const run = await t.perdure.start(asking('impatient', { patience: '10 min', lasts: '20 min' }));
  const question = await t.nextQuestion(run);
  // The agent loses its patience before any look or answer comes through.
  const passed = t.simulator.clock.now() + 610_000;
  t.simulator.when({ on: 'questions', text: 'impatient.', phase: 'received' }, async () => {
    const left = passed - t.simulator.clock.now();
    if (left > 0) await new Promise((resolve) => setTimeout(resolve, left / 100 + 50));
  });
  expect(await t.answer(question, 'too late', { by: 'ann' })).toMatchObject({ accepted: true });
  expect(await run.outcome()).toMatchObject({ status: 'completed', questions: [{ state: 'gone', by: 'ann' }] });
  expect(answersTo(question)).toEqual([]);
});

test.concurrent('an answer that the provider refuses opens the question again, and the next one counts', async () => {
  const run = await t.perdure.start(asking('refuses'));
  const question = await t.nextQuestion(run);
  t.simulator.fault({ kind: 'status', status: 400, on: 'answer', text: 'refuses.' });
  expect(await t.answer(question, 'wrong', { by: 'ann' })).toEqual({ accepted: true });
  await until(question.id, 'open');
  expect(await t.answer(question, 'right', { by: 'bob' })).toEqual({ accepted: true });
  expect(await run.outcome()).toMatchObject({
    result: { answers: ['right'] },
    questions: [{ state: 'applied', by: 'bob', answer: 'right', refused: [{ by: 'ann', channel: 'test' }] }],
  });
});

test.concurrent.each(['anchor.webTask', 'browserbase.agentRun'] as const)(
  'an answer to %s whose reply is lost is looked after before anything is repeated, and counts once',
  async (endpoint) => {
    const key = `lost-${endpoint}`;
    // The agent goes on longer than the answer is looked after.
    const run = await t.perdure.start(asking(key, { endpoint, lasts: '10 min' }));
    const question = await t.nextQuestion(run);
    t.simulator.fault({ kind: 'reply-lost', on: 'answer', text: `${key}.` });
    expect(await t.answer(question, 'once', { by: 'ann' })).toEqual({ accepted: true });
    expect(await run.outcome()).toMatchObject({ status: 'completed', questions: [{ state: 'applied', by: 'ann' }] });
    expect(answersTo(question)).toHaveLength(1);
  },
);

test.concurrent('a session that ends while its question is open ends the run, and the question is closed', async () => {
  const run = await t.perdure.start(asking('torn'));
  const question = await t.nextQuestion(run);
  const { sessionId = '' } = await run.status();
  const { anchorUrl, keys } = t.simulator;
  const headers = { 'anchor-api-key': keys.anchor[0] ?? '' };
  await fetch(`${anchorUrl}/v1/sessions/${sessionId}`, { method: 'DELETE', headers });
  const outcome = await run.outcome();
  expect(outcome).toMatchObject({ cleanup: clean, questions: [{ id: question.id, state: 'gone' }] });
  expect(outcome.status).not.toBe('completed');
});

test.concurrent('a megabyte is refused with the reason before it is sent, and by the run where it is sent all the same', async () => {
  const run = await t.perdure.start(asking('megabyte'));
  const question = await t.nextQuestion(run);
  const answer = 'x'.repeat(1_000_000);
  const reason = expect.stringContaining('at most 20000 characters');
  expect(await t.answer(question, answer, { by: 'ann' })).toEqual({ accepted: false, reason });
  const message = { questionId: question.id, answer, by: 'ann', channel: 'temporal', decisionId: 'big' };
  await t.client.workflow.getHandle(run.workflowId).signal(wire.answer, message);
  expect((await t.perdure.question(question.id)).state).toBe('open');
  expect(await t.answer(question, 'small', { by: 'ann' })).toEqual({ accepted: true });
  expect(await run.outcome()).toMatchObject({ result: { answers: ['small'] } });
});

const code = { name: 'code', label: 'Code', type: 'password' as const, required: true };
const secretCode = 'one-time-4711';

/** Gives an answer to the provider as the inbox does, past Temporal. */
async function giveDirectly({ handle, question }: ClaimGrant, response: object): Promise<void> {
  const { anchorUrl, keys } = t.simulator;
  await fetch(`${anchorUrl}/v1/sessions/${handle.sessionId}/agent/respond-to-human-intervention`, {
    method: 'POST',
    headers: { 'anchor-api-key': keys.anchor[0] ?? '', 'content-type': 'application/json' },
    body: JSON.stringify({ requestId: question.providerId, response }),
  });
}

test.concurrent('a one-time code goes to the provider past Temporal: claimed, given, settled', async () => {
  const run = await t.perdure.start(asking('code', { kind: 'fields', fields: [code] }));
  const question = await t.nextQuestion(run);
  expect(question.direct).toBe(true);
  expect(await t.answer(question, { code: 'x' }, { by: 'ann' })).toMatchObject({
    accepted: false,
    reason: expect.stringContaining('may not be stored'),
  });
  const claim = { by: 'ann', channel: 'inbox', decisionId: 'claim-1' };
  const verdict = await t.perdure.claim(question.id, claim);
  assert(verdict.accepted);
  expect(await t.perdure.claim(question.id, claim)).toEqual(verdict);
  const reason = 'ann is answering this question now.';
  expect(await t.perdure.claim(question.id, { by: 'bob' })).toEqual({ accepted: false, reason });
  expect((await t.perdure.question(question.id)).state).toBe('claimed');
  await giveDirectly(verdict.grant, { code: secretCode });
  const settled = { decisionId: claim.decisionId, state: 'applied' as const };
  expect(await t.perdure.settle(question.id, settled)).toEqual({ accepted: true });
  const outcome = await run.outcome();
  expect(outcome.questions).toMatchObject([{ state: 'applied', by: 'ann', channel: 'inbox' }]);
  expect(answersTo(question)).toMatchObject([{ answer: { code: secretCode } }]);
});

test.concurrent('a claim that is not settled leaves the question unknown, and nothing is sent again by itself', async () => {
  const run = await t.perdure.start({ ...asking('unsettled'), questions: { direct: true } });
  const question = await t.nextQuestion(run);
  expect((await t.perdure.claim(question.id, { by: 'ann', decisionId: 'killed' })).accepted).toBe(true);
  await until(question.id, 'unknown');
  expect((await t.perdure.questions()).map(({ id }) => id)).toContain(question.id);
  // Looks that show the question still open change nothing about that.
  for (let look = 0; look < 3; look += 1)
    await t.simulator.next({ on: 'status', text: 'unsettled.', phase: 'replied' });
  expect((await t.perdure.question(question.id)).state).toBe('unknown');
  expect(answersTo(question)).toEqual([]);
  const again = await t.perdure.claim(question.id, { by: 'bob', decisionId: 'second' });
  assert(again.accepted);
  const late = await t.perdure.settle(question.id, { decisionId: 'killed', state: 'applied' });
  expect(late).toMatchObject({ accepted: false, reason: expect.stringContaining('claimed by another') });
  const { anchorUrl, keys } = t.simulator;
  await fetch(`${anchorUrl}/v1/sessions/${again.grant.handle.sessionId}/agent/respond-to-human-intervention`, {
    method: 'POST',
    headers: { 'anchor-api-key': keys.anchor[0] ?? '', 'content-type': 'application/json' },
    body: JSON.stringify({ requestId: again.grant.question.providerId, response: 'spoken' }),
  });
  await t.perdure.settle(question.id, { decisionId: 'second', state: 'applied' });
  expect(await run.outcome()).toMatchObject({ status: 'completed', questions: [{ state: 'applied', by: 'bob' }] });
});

test.concurrent('a browser is taken over by one person at a time, shown to the others, and given back', async () => {
  const run = await t.perdure.start(asking('browser'));
  const question = await t.nextQuestion(run);
  expect(await run.takeover({ by: 'ann', hold: true })).toEqual({ accepted: true });
  expect(await run.takeover({ by: 'ann', hold: true })).toEqual({ accepted: true });
  expect((await run.status()).takeover).toMatchObject({ by: 'ann', since: expect.any(String) });
  const refused = { accepted: false, reason: expect.stringMatching(/^ann has taken this browser over/) };
  expect(await t.perdure.takeover(run.key, { by: 'bob', hold: true })).toEqual(refused);
  expect(await run.takeover({ by: 'ann', hold: false })).toEqual({ accepted: true });
  expect(await run.takeover({ by: 'ann', hold: true })).toEqual({ accepted: true });
  expect(await t.perdure.takeover(run.key, { by: 'bob', hold: false })).toEqual({ accepted: true });
  expect((await run.status()).takeover).toBeUndefined();
  await t.answer(question, 'done', { by: 'ann' });
  const notes = [expect.stringMatching(/^bob handed back, through client, the browser that ann had taken over at /)];
  expect(await run.outcome()).toMatchObject({ attempts: [{ notes }] });
  await expect(run.takeover({ by: 'ann', hold: true })).rejects.toMatchObject({ code: 'run-not-found' });
});

test.concurrent('what no question can be is refused: an unknown one, a claim of a stored one, a filter that is none', async () => {
  await expect(t.perdure.question('perdure:run:none~x')).rejects.toMatchObject({ code: 'question-not-found' });
  await expect(t.perdure.claim('perdure:run:none~x', { by: 'ann' })).rejects.toMatchObject({
    code: 'question-not-found',
  });
  await expect(t.perdure.questions({ groups: 'all' } as never)).rejects.toMatchObject({ code: 'bad-input' });
  const agent = askingAgentOf('browserbase.agentRun', 'never started.');
  const questions = { deadline: 'soon', escalate: [{ after: '1 day', to: [] }] };
  const start = t.perdure.start({ key: 'bad-policy', agent, questions });
  await expect(start).rejects.toMatchObject({
    code: 'bad-input',
    message: expect.stringMatching(/questions\.deadline[\s\S]*questions\.escalate\[0\]\.to/),
  });
});

test.concurrent('no one-time code is in what Temporal keeps', async () => {
  const run = await t.perdure.start(asking('hidden', { kind: 'fields', fields: [code] }));
  const question = await t.nextQuestion(run);
  const verdict = await t.perdure.claim(question.id, { by: 'ann', decisionId: 'c' });
  assert(verdict.accepted);
  await giveDirectly(verdict.grant, { code: secretCode });
  await t.perdure.settle(question.id, { decisionId: 'c', state: 'applied' });
  await run.outcome();
  expect(await historyText(t.client, run.workflowId)).not.toContain(secretCode);
});
