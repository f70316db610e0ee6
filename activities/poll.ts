import { activityInfo, Context } from '@temporalio/activity';
import type { EndpointName } from '../src/core/endpoints.js';
import { isPerdureError } from '../src/core/errors.js';
import { isTerminal, type Reading } from '../src/core/reading.js';
import type { ProviderHandle } from '../src/core/run.js';
import { cadenceAt, type Timings } from '../src/core/timings.js';
import type { Redactor } from '../src/secrets/redaction.js';
import { redactorFor } from '../src/secrets/resolver.js';
import type { ActivityDependencies } from './dependencies.js';
import { notYet, toFailure } from './failure.js';
import { maskReading, maskThrown } from './masking.js';
import { pauseAfter } from './retry.js';

/** What is known of a run; a look that shows the same is no news. */
export interface Seen {
  /** The provider's statuses that Perdure does not know and has reported. */
  oddStatuses: string[];
  /** The question that the run waits with. */
  questionId?: string;
  /** Epoch milliseconds: since when the provider has not known the run. */
  goneSince?: number;
}

/** A run that is to be looked at until there is news. */
export interface PollTask {
  account: string;
  endpoint: EndpointName;
  handle: ProviderHandle;
  seen: Seen;
  /** Names of the secrets that were sent with the start: looked up when there is something to be told. */
  secrets: string[];
  /** Epoch milliseconds: when the run was started, for the grace of reads that come too early. */
  startedAt: number;
  /** Epoch milliseconds: since when nothing has changed; the cadence grows from there. */
  since: number;
  timings: Timings;
}

/** News of a run, and how many looks it took. */
export interface News {
  reading: Reading;
  polls: number;
}

/**
 * Looks at a run once. Without news it fails benignly and has Temporal call again after the cadence, which writes
 * nothing into the run's history.
 */
export function pollRun(dependencies: ActivityDependencies): (task: PollTask) => Promise<News> {
  return async (task) => {
    // The server's clock, which the workflow's times come from; the worker's own may differ.
    const { attempt, currentAttemptScheduledTimestampMs: now } = activityInfo();
    const reading = await look(dependencies, task, attempt);
    if (isNews(reading, task, now)) {
      const redactor = await findSecrets(dependencies, task);
      // A question without its words would be of no use to anybody; an end has to be told all the same.
      if (redactor.withheld && !isTerminal(reading.state)) throw notYet(task.timings.cadence.max, 'secret-missing');
      const masked = maskReading(reading, redactor);
      // What was told before was masked, so a status that shows a secret is news only if its masked text is.
      if (isNews(masked, task, now)) return { reading: masked, polls: attempt };
    }
    throw notYet(cadenceAt(task.timings.cadence, now - task.since), reading.state);
  };
}

/** What masks the secrets, or withholds what can't be masked. */
async function findSecrets({ secrets }: ActivityDependencies, task: PollTask): Promise<Redactor> {
  return (await redactorFor(task.secrets, secrets, task.timings.request)).redactor;
}

async function look(dependencies: ActivityDependencies, task: PollTask, attempt: number): Promise<Reading> {
  const { timings } = task;
  try {
    const provider = await dependencies.provider(task.account);
    const call = { timeoutMs: timings.request, signal: Context.current().cancellationSignal };
    return await provider.driver(task.endpoint).status(task.handle, call);
  } catch (error) {
    if (!isPerdureError(error)) throw error;
    // Only a result makes an answer so large: the run has ended, and what can be said of it is said there.
    if (error.code === 'response-too-large') return { state: 'completed', providerStatus: 'too large to be read' };
    // A provider that asks for more time than the run has gets half of it: the end should not be missed for that.
    const left = task.startedAt + timings.deadline - activityInfo().currentAttemptScheduledTimestampMs;
    const pause = Math.min(pauseAfter(error, timings.backoff, attempt), Math.max(left / 2, timings.cadence.first));
    if (!error.retryable) throw notYet(timings.cadence.max, error.code);
    throw toFailure(maskThrown(error, await findSecrets(dependencies, task)), pause);
  }
}

function isNews(
  { state, providerStatus, question }: Reading,
  { seen, startedAt, timings }: PollTask,
  now: number,
): boolean {
  // A single look that does not find the run proves nothing, neither after its start nor later.
  if (state === 'gone') return now - (seen.goneSince ?? startedAt) > timings.notFoundGrace;
  if (seen.goneSince !== undefined) return true;
  if (isTerminal(state)) return true;
  if (state === 'other') return !seen.oddStatuses.includes(providerStatus);
  return question?.providerId !== seen.questionId;
}
