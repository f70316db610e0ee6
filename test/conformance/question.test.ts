import { afterEach, expect, test } from 'vitest';
import { endpointFlags, type EndpointName, endpointNames } from '../../src/core/endpoints.js';
import type { Json } from '../../src/core/json.js';
import { call, finish, openStage, type Stage, start } from './stage.js';

let stage: Stage;

async function at(endpoint: EndpointName): Promise<Stage> {
  stage = await openStage(endpoint);
  return stage;
}

afterEach(() => stage.close());

const asking = endpointNames.filter((name) => endpointFlags[name].canAsk !== 'none');

test.each(asking)('%s: a question is seen, answered once, and the run goes on', async (endpoint) => {
  const { sim, driver } = await at(endpoint);
  sim
    .on(endpoint)
    .asks({ message: 'Which month?', after: '1 s' })
    .lasts('4 s')
    .returns(({ answers }) => ({ answers: answers.length }));
  const started = await start(stage);
  const { handle } = started;
  expect((await driver.status(handle, call)).question).toBeUndefined();
  expect(await driver.pendingQuestion(handle, call)).toBeUndefined();
  await sim.clock.advance('2 s');
  const { state, question } = await driver.status(handle, call);
  expect(state).toBe('waiting');
  expect(question).toMatchObject({ message: 'Which month?', form: { kind: 'text' } });
  if (question === undefined) return;
  expect(await driver.pendingQuestion(handle, call)).toEqual(question);
  await driver.answer(handle, question, 'November', call);
  expect(sim.ledger.answers).toMatchObject([{ answer: 'November' }]);
  expect(await driver.status(handle, call)).toMatchObject({ state: 'running' });
  await expect(driver.answer(handle, question, 'December', call)).rejects.toMatchObject({ code: 'provider-conflict' });
  expect(await finish(stage, started)).toMatchObject({ result: { answers: 1 } });
  expect(sim.ledger.answers).toHaveLength(1);
});

test.each(asking)('%s: what is to come before an answer comes before it, and keeps it back', async (endpoint) => {
  const { sim, driver } = await at(endpoint);
  sim.on(endpoint).asks({ message: 'Which month?', after: '1 s' });
  const { handle } = await start(stage);
  await sim.clock.advance('2 s');
  const question = await driver.pendingQuestion(handle, call);
  if (question === undefined) expect.unreachable('the question is open');
  const refuse = () => Promise.reject(new RangeError('not now'));
  await expect(driver.answer(handle, question, 'one', { ...call, beforeSend: refuse })).rejects.toThrow('not now');
  expect(sim.ledger.requests({ operation: 'answer' })).toEqual([]);
  const seen: number[] = [];
  const count = async () => void seen.push(sim.ledger.requests({ operation: 'answer' }).length);
  await driver.answer(handle, question, 'two', { ...call, beforeSend: count });
  expect(seen).toEqual([0]);
  expect(sim.ledger.answers).toMatchObject([{ answer: 'two' }]);
});

test("browserbase.agentRun: a secret answer reaches the agent by a variable, and stands in none of the run's messages", async () => {
  const { sim, driver } = await at('browserbase.agentRun');
  sim.on('browserbase.agentRun').asks({ message: 'Which code?', after: '1 s' });
  const { handle } = await start(stage);
  await sim.clock.advance('2 s');
  const question = await driver.pendingQuestion(handle, call);
  if (question === undefined) expect.unreachable('the question is open');
  await driver.answer(handle, question, '482913', { ...call, secret: true });
  expect(sim.ledger.answers).toMatchObject([{ answer: '482913' }]);
  const told = await driver.messages?.(handle, undefined, call);
  expect(JSON.stringify(told)).toContain('%perdure_answer%');
  expect(JSON.stringify(told)).not.toContain('482913');
});

test('anchor.webTask: a refused answer of which the list does not tell whether it was late is a conflict', async () => {
  const { sim, driver } = await at('anchor.webTask');
  sim.on('anchor.webTask').asks({ message: 'Which month?', after: '1 s' });
  const { handle } = await start(stage);
  await sim.clock.advance('2 s');
  const question = await driver.pendingQuestion(handle, call);
  if (question === undefined) expect.unreachable('the question is open');
  sim.fault({ kind: 'status', status: 400, on: 'answer' });
  sim.fault({ kind: '5xx-before', on: 'questions' });
  await expect(driver.answer(handle, question, 'one', call)).rejects.toMatchObject({ code: 'provider-conflict' });
});

test.each(asking)('%s: a late answer is not given to a later question', async (endpoint) => {
  const { sim, driver } = await at(endpoint);
  sim.on(endpoint).asks({ message: 'First?', after: '1 s' }).asks({ message: 'Second?', after: '2 s' }).lasts('5 s');
  const { handle } = await start(stage);
  await sim.clock.advance('1 s');
  const first = await driver.pendingQuestion(handle, call);
  if (first === undefined) expect.unreachable('the first question is open');
  await driver.answer(handle, first, 'one', call);
  await sim.clock.advance('2 s');
  expect(await driver.pendingQuestion(handle, call)).toMatchObject({ message: 'Second?' });
  await expect(driver.answer(handle, first, 'one', call)).rejects.toMatchObject({ code: 'provider-conflict' });
  expect(sim.ledger.answers.map(({ answer }) => answer)).toEqual(['one']);
});

test.each(asking)('%s: an answer in a session that has ended is a conflict', async (endpoint) => {
  const { sim, driver } = await at(endpoint);
  sim.on(endpoint).asks({ message: 'Which month?', after: '1 s' });
  const { handle } = await start(stage);
  await sim.clock.advance('2 s');
  const { question, sessionId = '' } = await driver.status(handle, call);
  if (question === undefined) expect.unreachable('the question is open');
  await driver.stop(handle, call);
  await driver.release(sessionId, call);
  await sim.clock.advance('2 s');
  await expect(driver.answer(handle, question, 'late', call)).rejects.toMatchObject({ code: 'provider-conflict' });
  expect(await driver.pendingQuestion(handle, call)).toBeUndefined();
});

const fields = [
  { name: 'user', label: 'User', required: true },
  { name: 'code', label: 'Code', type: 'password' as const, required: false },
];

test.each<{ kind: 'confirm' | 'fields'; form: Json; answer: Json }>([
  { kind: 'confirm', form: { kind: 'confirm' }, answer: true },
  {
    kind: 'fields',
    form: {
      kind: 'fields',
      fields: [
        { name: 'user', label: 'User', type: 'text', required: true },
        { name: 'code', label: 'Code', type: 'password', required: false },
      ],
    },
    answer: { user: 'ann', code: '123' },
  },
])('anchor.webTask: a question of the kind $kind keeps its form', async ({ kind, form, answer }) => {
  const { sim, driver } = await at('anchor.webTask');
  sim.on('anchor.webTask').asks({ kind, message: 'Who?', after: '1 s', ...(kind === 'fields' ? { fields } : {}) });
  const { handle } = await start(stage);
  await sim.clock.advance('2 s');
  const question = await driver.pendingQuestion(handle, call);
  if (question === undefined) expect.unreachable('the question is open');
  expect(JSON.parse(JSON.stringify(question.form))).toEqual(form);
  await driver.answer(handle, question, answer, call);
  expect(sim.ledger.answers).toMatchObject([{ answer }]);
});

test('anchor.webTask: a run that may not ask costs one request a look', async () => {
  const { sim, driver } = await at('anchor.webTask');
  const { handle } = await start(stage);
  const before = sim.ledger.requests().length;
  await driver.status({ ...handle, asks: false }, call);
  expect(sim.ledger.requests()).toHaveLength(before + 1);
  await driver.status(handle, call);
  expect(sim.ledger.requests()).toHaveLength(before + 3);
});

test('browserbase.agentRun: a paused run is looked at again with one request for its messages', async () => {
  const { sim, driver } = await at('browserbase.agentRun');
  sim.on('browserbase.agentRun').asks({ message: 'Which month?', after: '1 s' });
  const { handle } = await start(stage);
  await sim.clock.advance('2 s');
  await driver.status(handle, call);
  const before = sim.ledger.requests({ operation: 'messages' }).length;
  expect(await driver.status(handle, call)).toMatchObject({ question: { message: 'Which month?' } });
  expect(sim.ledger.requests({ operation: 'messages' })).toHaveLength(before + 1);
});

test('browserbase.agentRun: messages are read from where the cursor stands', async () => {
  const { sim, driver } = await at('browserbase.agentRun');
  sim.on('browserbase.agentRun').lasts('6 s');
  const started = await start(stage);
  await sim.clock.advance('3 s');
  const early = await driver.messages(started.handle, undefined, call);
  expect(await driver.messages(started.handle, early.cursor, call)).toEqual({ messages: [], cursor: early.cursor });
  await finish(stage, started);
  const late = await driver.messages(started.handle, early.cursor, call);
  expect(late.messages.length).toBeGreaterThan(0);
  const ids = [...early.messages, ...late.messages].map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
});
