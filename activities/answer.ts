import { Context } from '@temporalio/activity';
import type { EndpointName } from '../src/core/endpoints.js';
import { isPerdureError, PerdureError } from '../src/core/errors.js';
import type { Json } from '../src/core/json.js';
import type { AnswerFate, ProviderQuestion } from '../src/core/question.js';
import type { ProviderHandle } from '../src/core/run.js';
import { backoffAt, type Timings } from '../src/core/timings.js';
import type { Call, EndpointDriver } from '../src/providers/provider.js';
import { redactorFor } from '../src/secrets/resolver.js';
import type { EnrolTask } from '../src/core/watch.js';
import type { ActivityDependencies } from './dependencies.js';
import { enrol } from './doors.js';
import { toFailure } from './failure.js';
import { withHeartbeats } from './heartbeats.js';
import { maskThrown } from './masking.js';
import { pauseAfter } from './retry.js';
import { SendRecord } from './send-record.js';

/** A person's answer on its way to the provider. */
export interface AnswerTask {
  account: string;
  endpoint: EndpointName;
  handle: ProviderHandle;
  question: ProviderQuestion;
  answer: Json;
  /** Names of the secrets that were sent with the start, and may show in what the provider says. */
  secrets?: string[];
  /** Epoch milliseconds: until when the run may go on. */
  until?: number;
  timings: Timings;
  /** Has the run looked at soon: it goes on now. */
  enrolment?: EnrolTask;
}

/** A slow exchange must not use up the grace alone. */
const fewestSends = 4;
const looksBeforeGone = 3;

/** Gives the provider an answer while its question is still the open one, and says what became of it. */
export function answerQuestion(dependencies: ActivityDependencies): (task: AnswerTask) => Promise<AnswerFate> {
  return (task) => {
    const record = new SendRecord(Context.current().info.heartbeatDetails);
    const work = () => deliver(dependencies, task, record);
    return withHeartbeats(task.timings.heartbeat, work, () => record.details());
  };
}

async function deliver(dependencies: ActivityDependencies, task: AnswerTask, record: SendRecord): Promise<AnswerFate> {
  const { timings } = task;
  try {
    const driver = (await dependencies.provider(task.account)).driver(task.endpoint);
    const became = await whileOpen(driver, task, record);
    await lookSoon(task);
    return became;
  } catch (error) {
    // A run that is over waits for no answer: it is told what is known of it by now.
    if (Context.current().cancellationDetails?.cancelRequested === true) return fates[record.state];
    if (!isPerdureError(error)) throw error;
    const { redactor } = await redactorFor(task.secrets ?? [], dependencies.secrets, timings.request);
    const { attempt, currentAttemptScheduledTimestampMs: now } = Context.current().info;
    const left = (task.until ?? now + timings.deadline) - now;
    // A provider that asks for more time than the agent has gets half of it: a person waits for this.
    const pause = Math.min(pauseAfter(error, timings.backoff, attempt), Math.max(left / 2, timings.backoff.first));
    // An attempt that fails while its run is cancelled is the last, though it may not know of that yet.
    const fate: Record<string, string> = error.retryable && record.state !== 'unsent' ? { fate: 'unknown' } : {};
    throw toFailure(maskThrown(error, redactor), pause, error.retryable, fate);
  }
}

/** What is to be said of an answer whose question is closed. */
const fates = { unsent: 'gone', sending: 'unknown', sent: 'applied' } as const;

/**
 * Sends the answer while the question is open; a single answer that the provider knows nothing of it proves nothing as
 * long as its own list goes on showing the question.
 */
async function whileOpen(driver: EndpointDriver, task: AnswerTask, record: SendRecord): Promise<AnswerFate> {
  const { handle, question, answer, timings } = task;
  const call = callOf(task);
  const end = Date.now() + timings.notFoundGrace;
  for (let send = 1; ; send += 1) {
    // Also what makes a retry safe: an answer whose reply was lost has closed the question.
    if (!(await isOpen(driver, task, record))) return fates[record.state];
    const sending = record.beginSend(timings.request);
    try {
      await driver.answer(handle, question, answer, { ...call, beforeSend: sending.note });
      sending.taken();
      return 'applied';
    } catch (error) {
      sending.failed(error);
      const unknown = isPerdureError(error, 'provider-conflict') || isPerdureError(error, 'task-not-found');
      if (!unknown || (send >= fewestSends && Date.now() > end)) throw error;
      await Context.current().sleep(backoffAt(timings.backoff, send, Math.random()));
    }
  }
}

/**
 * Whether the provider shows the question. One look without it proves nothing, so there are several before an answer that
 * was not sent is given up; with the pauses between them they take seconds.
 */
async function isOpen(driver: EndpointDriver, task: AnswerTask, record: SendRecord): Promise<boolean> {
  const { handle, question, timings } = task;
  const looks = record.state === 'unsent' ? looksBeforeGone : 1;
  for (let look = 1; ; look += 1) {
    const pending = driver.pendingQuestion(handle, callOf(task), question.providerId);
    if ((await unlessInDoubt(pending, record))?.providerId === question.providerId) return true;
    if (look >= looks) return false;
    await Context.current().sleep(backoffAt(timings.backoff, look, Math.random()));
  }
}

function callOf({ timings }: AnswerTask): Call {
  return { timeoutMs: timings.request, signal: Context.current().cancellationSignal };
}

/** A provider that can't be read is no reason to give up an answer that may have arrived: it would be asked for again. */
async function unlessInDoubt<T>(looked: Promise<T>, record: SendRecord): Promise<T> {
  try {
    return await looked;
  } catch (error) {
    if (record.state === 'unsent' || !isPerdureError(error) || error.retryable) throw error;
    const message = `It can't be seen whether the answer has arrived: ${error.message}`;
    throw new PerdureError({ code: 'provider-error', message, hint: error.hint, status: error.status, cause: error });
  }
}

/** Where this fails, the watcher sees at its own pace how the run goes on. */
async function lookSoon({ enrolment }: AnswerTask): Promise<void> {
  try {
    if (enrolment) await enrol(Context.current().client, enrolment);
  } catch {
    return;
  }
}
