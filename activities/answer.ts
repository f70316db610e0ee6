import { Context } from '@temporalio/activity';
import type { EndpointName } from '../src/core/endpoints.js';
import { isPerdureError } from '../src/core/errors.js';
import type { Json } from '../src/core/json.js';
import type { ProviderQuestion } from '../src/core/question.js';
import type { ProviderHandle } from '../src/core/run.js';
import type { Timings } from '../src/core/timings.js';
import { redactorFor } from '../src/secrets/resolver.js';
import type { ActivityDependencies } from './dependencies.js';
import { toFailure } from './failure.js';
import { withHeartbeats } from './heartbeats.js';
import { maskThrown } from './masking.js';
import { pauseAfter } from './retry.js';

/** A person's answer on its way to the provider. */
export interface AnswerTask {
  account: string;
  endpoint: EndpointName;
  handle: ProviderHandle;
  question: ProviderQuestion;
  answer: Json;
  /** Names of the secrets that were sent with the start, and may show in what the provider says. */
  secrets?: string[];
  timings: Timings;
}

/** Gives the provider an answer while its question is still the open one: `gone` when the provider has moved on. */
export function answerQuestion(dependencies: ActivityDependencies): (task: AnswerTask) => Promise<'applied' | 'gone'> {
  return (task) => withHeartbeats(task.timings.heartbeat, () => deliver(dependencies, task));
}

async function deliver(dependencies: ActivityDependencies, task: AnswerTask): Promise<'applied' | 'gone'> {
  const { handle, question, answer, timings } = task;
  const call = { timeoutMs: timings.request, signal: Context.current().cancellationSignal };
  try {
    const driver = (await dependencies.provider(task.account)).driver(task.endpoint);
    // Also what makes a retry safe: an answer whose reply was lost has closed the question.
    const open = await driver.pendingQuestion(handle, call);
    if (open?.providerId !== question.providerId) return Context.current().info.attempt > 1 ? 'applied' : 'gone';
    await driver.answer(handle, question, answer, call);
    return 'applied';
  } catch (error) {
    if (isPerdureError(error, 'provider-conflict')) return 'gone';
    if (!isPerdureError(error)) throw error;
    const { redactor } = await redactorFor(task.secrets ?? [], dependencies.secrets, timings.request);
    const pause = pauseAfter(error, timings.backoff, Context.current().info.attempt);
    throw toFailure(maskThrown(error, redactor), Math.min(pause, timings.deadline));
  }
}
