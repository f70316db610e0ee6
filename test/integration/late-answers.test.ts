import { Client, WorkflowNotFoundError, WorkflowUpdateRPCTimeoutOrCancelledError } from '@temporalio/client';
import { Runtime } from '@temporalio/worker';
import { afterAll, assert, beforeAll, expect, onTestFinished, test } from 'vitest';
import { sendAnswer } from '../../src/client/answers.js';
import type { RunHandle } from '../../src/client/run-handle.js';
import { wire } from '../../src/core/names.js';
import type { Question } from '../../src/core/question.js';
import { type PerdureTest, perdureTest } from '../../src/testing/perdure-test.js';
import { askingAgentOf } from '../support/agents.js';

let t: PerdureTest;
beforeAll(async () => {
  t = await perdureTest({ time: 'real' });
});
afterAll(async () => {
  expect(t.ledger.open).toEqual([]);
  await t.close();
});

const endpoint = 'browserbase.agentRun';
/** Beyond what a busy machine takes for a test. */
const deadline = '10 hours';

/** A run whose agent asks these, one after the other, and then completes. */
function asking(key: string, ...messages: string[]): Promise<RunHandle> {
  const text = `${key}.`;
  const lives = t.simulator.on(endpoint, { text }).lasts('1 min');
  for (const [place, message] of messages.entries()) lives.asks({ message, after: `${5 * (place + 1)} s` });
  return t.perdure.start({ key, agent: askingAgentOf(endpoint, text), deadline });
}

/** A client that gets no reply to its updates: before the update is sent, or once its workflow has ended. */
function clientThatMisses(what: 'the worker' | 'the reply', run: RunHandle): Client {
  const { connection, options } = t.client;
  const startUpdate = async <I, O>(input: I, next: (given: I) => Promise<O>): Promise<O> => {
    if (what === 'the reply') {
      await next(input);
      await run.outcome();
    }
    throw new WorkflowUpdateRPCTimeoutOrCancelledError('lost on the way');
  };
  return new Client({ connection, namespace: options.namespace, interceptors: { workflow: [{ startUpdate }] } });
}

const answersTo = ({ id }: Question) => t.ledger.answers.filter(({ questionId }) => id.endsWith(`~${questionId}`));

test('an answer that was taken by a run which ended before the reply came is told as taken', async () => {
  const run = await asking('ended', 'Which?');
  const question = await t.nextQuestion(run);
  const verdict = await sendAnswer(clientThatMisses('the reply', run), question.id, 'this', { by: 'ann' });
  expect(verdict).toEqual({ accepted: true });
  expect(await run.outcome()).toMatchObject({ questions: [{ state: 'applied', by: 'ann', answer: 'this' }] });
  expect(answersTo(question)).toHaveLength(1);
});

test('the same answer sent once more after the end of its run is told as taken, and any other one that it came too late', async () => {
  const run = await asking('repeated', 'Which?');
  const question = await t.nextQuestion(run);
  const given = { by: 'ann', decisionId: 'repeated-1' };
  expect(await t.perdure.answer(question.id, 'this', given)).toEqual({ accepted: true });
  await run.outcome();
  expect(await t.perdure.answer(question.id, 'this', given)).toEqual({ accepted: true });
  await expect(t.perdure.answer(question.id, 'this', { by: 'ann' })).rejects.toMatchObject({
    code: 'question-not-found',
    message: expect.stringContaining('its run has ended'),
  });
  expect(answersTo(question)).toHaveLength(1);
});

/** What workers warn of meanwhile. */
function warnings(): string[] {
  const lines: string[] = [];
  const { logger } = Runtime.instance();
  const { warn } = logger;
  logger.warn = (message, meta) => void lines.push(`${message} ${JSON.stringify(meta)}`);
  onTestFinished(() => {
    logger.warn = warn;
  });
  return lines;
}

test('an answer that was left with the run and comes when the next question is open reaches neither, and is told', async () => {
  const lines = warnings();
  const run = await asking('next', 'First?', 'Second?');
  const first = await t.nextQuestion(run);
  await t.answer(first, 'one', { by: 'ann' });
  const second = await t.nextQuestion(run);
  expect(second.message).toBe('Second?');
  const left = await sendAnswer(clientThatMisses('the worker', run), first.id, 'stray', { by: 'bob' });
  expect(left).toEqual({ accepted: true, pending: true });
  await expect
    .poll(() => lines.join('\n'), { timeout: 30_000 })
    .toMatch(/An answer that was left with the workflow was not taken: .*already answered by ann.*"by":"bob"/);
  expect(lines.join('\n')).not.toContain('stray');
  expect(await t.perdure.question(first.id)).toMatchObject({ state: 'applied', by: 'ann', answer: 'one' });
  expect(await t.perdure.question(second.id)).toMatchObject({ state: 'open' });
  await t.answer(second, 'two', { by: 'ann' });
  expect(await run.outcome()).toMatchObject({ questions: [{ answer: 'one' }, { answer: 'two' }] });
  expect([answersTo(first), answersTo(second)]).toMatchObject([[{ answer: 'one' }], [{ answer: 'two' }]]);
});

test('an answer that comes as a signal after the end of its run is refused by Temporal, and told as too late by the client', async () => {
  const run = await asking('over', 'Which?');
  const question = await t.nextQuestion(run);
  await t.answer(question, 'this', { by: 'ann' });
  const before = await run.outcome();
  const message = { questionId: question.id, answer: 'late', by: 'bob', channel: 'temporal', decisionId: 'late-1' };
  const signal = t.client.workflow.getHandle(run.workflowId).signal(wire.answer, message);
  await expect(signal).rejects.toBeInstanceOf(WorkflowNotFoundError);
  const late = sendAnswer(clientThatMisses('the worker', run), question.id, 'late', { by: 'bob' });
  await expect(late).rejects.toMatchObject({ code: 'question-not-found' });
  expect(await run.outcome()).toEqual(before);
  expect(answersTo(question)).toMatchObject([{ answer: 'this' }]);
});

test('a run whose question one look has missed is watched anew, and the question is open again', async () => {
  const text = 'missed.';
  t.simulator.on('anchor.webTask', { text }).lasts('1 min').asks({ message: 'Which code?', after: '5 s' });
  const agent = askingAgentOf('anchor.webTask', text);
  const run = await t.perdure.start({ key: 'missed', agent, deadline, questions: { direct: true } });
  const question = await t.nextQuestion(run);
  const claim = { by: 'ann', decisionId: 'first' };
  assert((await t.perdure.claim(question.id, claim)).accepted);
  // Whoever gave the answer did not see the question any more, though the agent still asks it.
  expect(await t.perdure.settle(question.id, { decisionId: 'first', state: 'gone' })).toEqual({ accepted: true });
  await expect.poll(async () => (await t.perdure.question(question.id)).state, { timeout: 30_000 }).toBe('open');
  expect((await t.perdure.questions()).map(({ id }) => id)).toContain(question.id);
  await run.cancel();
  expect(await run.outcome()).toMatchObject({ status: 'cancelled', questions: [{ state: 'gone' }] });
});
