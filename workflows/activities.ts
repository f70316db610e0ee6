import { ActivityCancellationType, proxyActivities } from '@temporalio/workflow';
import type { PerdureActivities } from '../activities/index.js';
import type { RunInput } from '../src/core/run.js';

/** The activities of one run, with the time-outs that its timings ask for. */
export type RunActivities = Pick<
  PerdureActivities,
  'perdureStart' | 'perdureRunBlocking' | 'perdurePoll' | 'perdureAnswer' | 'perdureFinish'
>;

/** Makes the activity functions of a run. A start has one attempt: only its own report may lead to another. */
export function runActivities({ timings, blockingQueue, agent }: RunInput): RunActivities {
  const { heartbeat, deadline, release, request, backoff, cadence } = timings;
  const once = { maximumAttempts: 1 };
  const { perdureStart } = proxyActivities<PerdureActivities>({
    startToCloseTimeout: timings.startRequest + 4 * request + heartbeat,
    heartbeatTimeout: heartbeat,
    retry: once,
    summary: `start ${agent.endpoint}`,
  });
  const { perdureRunBlocking } = proxyActivities<PerdureActivities>({
    taskQueue: blockingQueue,
    startToCloseTimeout: deadline + release,
    heartbeatTimeout: heartbeat,
    retry: once,
    // Only the activity itself can say what the call had come to when it was cancelled.
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    summary: `run ${agent.endpoint}`,
  });
  const { perdurePoll } = proxyActivities<PerdureActivities>({
    startToCloseTimeout: request + heartbeat,
    retry: { initialInterval: cadence.first, backoffCoefficient: 1 },
    cancellationType: ActivityCancellationType.TRY_CANCEL,
    summary: 'watch',
  });
  const { perdureAnswer } = proxyActivities<PerdureActivities>({
    startToCloseTimeout: 3 * request + heartbeat,
    heartbeatTimeout: heartbeat,
    retry: { initialInterval: backoff.first, maximumInterval: backoff.max },
    cancellationType: ActivityCancellationType.TRY_CANCEL,
    summary: 'answer',
  });
  const { perdureFinish } = proxyActivities<PerdureActivities>({
    startToCloseTimeout: release + heartbeat,
    scheduleToCloseTimeout: 2 * release + heartbeat,
    heartbeatTimeout: heartbeat,
    retry: { initialInterval: backoff.first, maximumInterval: backoff.max },
    summary: 'finish',
  });
  return { perdureStart, perdureRunBlocking, perdurePoll, perdureAnswer, perdureFinish };
}
