import { MockActivityEnvironment } from '@temporalio/testing';
import type { Client } from '@temporalio/client';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { AnswerFate, ProviderQuestion } from '../src/core/question.js';
import { defaultTimings } from '../src/core/timings.js';
import type { ProviderHandle } from '../src/core/run.js';
import { environmentSecrets } from '../src/secrets/resolver.js';
import { inputs, mark, openStage, type Stage } from '../test/conformance/stage.js';
import { answerQuestion, type AnswerTask } from './answer.js';
import { WatchSpread } from './watch-spread.js';

const endpoint = 'browserbase.agentRun';
const call = { timeoutMs: 5_000 };

let stage: Stage;
beforeEach(async () => {
  stage = await openStage(endpoint);
});
afterEach(() => stage.close());

/** A run that has asked, and its question. */
async function asked(): Promise<{ handle: ProviderHandle; question: ProviderQuestion }> {
  const { sim, driver } = stage;
  sim.on(endpoint).lasts('1 hour').asks({ message: 'Which?', after: '1 s', patience: '1 min' });
  const { runId } = await driver.start({ input: inputs[endpoint], mark }, call);
  await sim.clock.advance('2 s');
  const handle = { generation: 1, mark, runId, ownsSession: false };
  const question = await driver.pendingQuestion(handle, call);
  return { handle, question: question ?? expect.unreachable('the question is open') };
}

interface Attempt {
  /** What the attempt before has left; undefined for the first one. */
  before?: { details: unknown };
  /** Takes the note that the answer is about to be sent. */
  note?: (details: unknown) => Promise<void>;
}

/** What an attempt says of the answer, and the heartbeat details that it leaves. */
function attempt(
  { handle, question }: { handle: ProviderHandle; question: ProviderQuestion },
  { before, note = () => Promise.resolve() }: Attempt = {},
): { said: Promise<AnswerFate>; left: () => unknown } {
  const deliver = answerQuestion({
    provider: () => Promise.resolve({ driver: () => stage.driver } as never),
    limits: () => Promise.resolve({}),
    secrets: environmentSecrets({}),
    spread: new WatchSpread(),
    seal: (text) => text,
    scope: { deployment: () => 'test', accounts: () => [], assertCluster: () => Promise.resolve() },
    prepare: () => expect.unreachable('no step is prepared'),
    prepareQuestion: () => expect.unreachable('no question is prepared'),
    prepareFiles: () => expect.unreachable('no files are saved'),
  });
  const task: AnswerTask = {
    account: 'browserbase/default',
    endpoint,
    handle,
    question,
    answer: 'this',
    timings: { ...defaultTimings, notFoundGrace: 1, backoff: { first: 1, max: 1 } },
  };
  const client = {
    activity: { heartbeat: (_: Uint8Array, details: unknown) => note(details) },
    withDeadline: (_: number, send: () => Promise<unknown>) => send(),
    withAbortSignal: (_: AbortSignal, work: () => Promise<unknown>) => work(),
  } as unknown as Client;
  const info = { attempt: before ? 2 : 1, heartbeatDetails: before?.details };
  const environment = new MockActivityEnvironment(info, { client });
  let left: unknown;
  environment.on('heartbeat', (details: unknown) => {
    left = details;
  });
  return { said: environment.run(deliver, task), left: () => left };
}

test('an answer that the provider takes is applied, and was noted before it was sent', async () => {
  const run = await asked();
  const notes: [unknown, number][] = [];
  const note = async (details: unknown) => void notes.push([details, stage.sim.ledger.answers.length]);
  const { said, left } = attempt(run, { note });
  expect(await said).toBe('applied');
  expect(notes).toEqual([['sending', 0]]);
  expect(left()).toBe('sent');
  expect(stage.sim.ledger.answers).toHaveLength(1);
});

test('an answer of which that can not be noted is not sent', async () => {
  const { said, left } = attempt(await asked(), { note: () => Promise.reject(new RangeError('away')) });
  await expect(said).rejects.toMatchObject({ type: 'temporal-unreachable', nonRetryable: false });
  expect(stage.sim.ledger.requests({ operation: 'answer' })).toEqual([]);
  expect(left()).toBeUndefined();
});

test.each([
  { kind: 'reply-lost', leaves: 'sent' },
  { kind: '5xx-after', leaves: 'sent' },
  { kind: '429', leaves: undefined },
] as const)('an answer that meets $kind leaves the record $leaves', async ({ kind, leaves }) => {
  const run = await asked();
  stage.sim.fault({ kind, on: 'answer' });
  const { said, left } = attempt(run);
  // Where no attempt follows, since its run was cancelled meanwhile, the failure alone says what may have happened.
  const details = leaves === undefined ? [{}] : [{ fate: 'unknown' }];
  await expect(said).rejects.toMatchObject({ nonRetryable: false, details });
  expect(left()).toBe(leaves);
});

test('an answer that was not sent, since its question could not be read again, leaves no record', async () => {
  const run = await asked();
  stage.sim.fault({ kind: '5xx-before', on: 'messages', after: 1 });
  const { said, left } = attempt(run);
  await expect(said).rejects.toMatchObject({ type: 'provider-error' });
  expect(left()).toBeUndefined();
});

test.each([
  { details: undefined, fate: 'gone', why: 'had not come to sending it' },
  { details: 'sending', fate: 'unknown', why: 'was about to send it when its worker was lost' },
  { details: 'sent', fate: 'applied', why: 'had sent it and got no reply' },
])('an answer to a closed question is $fate where the attempt before $why', async ({ details, fate }) => {
  const run = await asked();
  await stage.sim.clock.advance('2 min');
  const { said, left } = attempt(run, { before: { details } });
  expect(await said).toBe(fate);
  expect(left()).toBe(details);
  expect(stage.sim.ledger.requests({ operation: 'answer' })).toEqual([]);
});

test('one look that misses a question does not close it', async () => {
  const run = await asked();
  const { pendingQuestion } = stage.driver;
  let looks = 0;
  stage.driver.pendingQuestion = async (...given) => ((looks += 1) === 1 ? undefined : pendingQuestion(...given));
  expect(await attempt(run).said).toBe('applied');
  expect(stage.sim.ledger.answers).toHaveLength(1);
});

test.each([
  { details: undefined, final: true },
  { details: 'sending', final: false },
  { details: 'sent', final: false },
])('an answer of which nothing can be read is given up only where it was not sent ($details)', async (before) => {
  const run = await asked();
  stage.sim.fault({ kind: 'status', status: 401, on: 'status' });
  const { said } = attempt(run, { before });
  await expect(said).rejects.toMatchObject({ nonRetryable: before.final });
});

test('an answer that a lost worker was about to send is sent while its question is open', async () => {
  const { said } = attempt(await asked(), { before: { details: 'sending' } });
  expect(await said).toBe('applied');
  expect(stage.sim.ledger.answers).toHaveLength(1);
});
