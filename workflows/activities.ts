import { ActivityCancellationType, proxyActivities, proxyLocalActivities } from '@temporalio/workflow';
import type { PerdureActivities } from '../activities/index.js';
import { blockingQueue } from '../src/core/names.js';
import type { RunInput } from '../src/core/run.js';

/** The activities of one run, with the time-outs that its timings ask for. */
export type RunActivities = Omit<
  PerdureActivities,
  | 'perdurePrepare'
  | 'perdurePrepareQuestion'
  | 'perdureNotify'
  | 'perdureSend'
  | 'perdureSaveFiles'
  | 'perdureSweep'
  | 'perdureLook'
  | 'perdureGrant'
  | 'perdureCheckSlots'
  | 'perdureStartItems'
  | 'perdureCheckItems'
  | 'perdureCancelItems'
  | 'perdureTellBatch'
>;

/** Makes the activity functions of a run. */
export function runActivities(input: RunInput): RunActivities {
  return { ...startActivities(input), ...lookActivities(input), ...endActivities(input) };
}

/** A start has one attempt: only its own report may lead to another. */
function startActivities({ timings, taskQueue, agent }: RunInput) {
  const { heartbeat, deadline, release, request, startRequest, backoff } = timings;
  const once = { heartbeatTimeout: heartbeat, retry: { maximumAttempts: 1 } };
  const { perdureStart } = proxyActivities<PerdureActivities>({
    ...once,
    startToCloseTimeout: startRequest + 4 * request + heartbeat,
    summary: `start ${agent.endpoint}`,
  });
  const { perdureAskSlot } = proxyLocalActivities<PerdureActivities>({
    startToCloseTimeout: request,
    retry: { initialInterval: backoff.first, maximumInterval: backoff.max },
  });
  const { perdureRunBlocking } = proxyActivities<PerdureActivities>({
    ...once,
    taskQueue: blockingQueue(taskQueue),
    startToCloseTimeout: deadline + release,
    // Only its report says what has to be ended; the SDK's default does not wait for it, whatever its documents say.
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    summary: `run ${agent.endpoint}`,
  });
  return { perdureStart, perdureAskSlot, perdureRunBlocking };
}

/** What is looked for after a lost start. */
function lookActivities({ timings }: RunInput) {
  const { heartbeat, release, request, startRequest, sendWindow, settle, lateRun, backoff } = timings;
  const retry = { initialInterval: backoff.first, maximumInterval: backoff.max };
  const looking = { heartbeatTimeout: heartbeat, retry, cancellationType: ActivityCancellationType.TRY_CANCEL };
  const longestSearch = sendWindow + startRequest + settle + request + heartbeat;
  const { perdureFind } = proxyActivities<PerdureActivities>({
    ...looking,
    startToCloseTimeout: longestSearch,
    scheduleToCloseTimeout: 2 * longestSearch,
    summary: 'look for a lost start',
  });
  const { perdureFence } = proxyActivities<PerdureActivities>({
    ...looking,
    startToCloseTimeout: settle + release + heartbeat,
    scheduleToCloseTimeout: 2 * (settle + release + heartbeat),
    summary: 'fence a lost start off',
  });
  const { perdureStopLate } = proxyActivities<PerdureActivities>({
    ...looking,
    startToCloseTimeout: lateRun + release + heartbeat,
    summary: 'look for late runs',
  });
  return { perdureFind, perdureFence, perdureStopLate };
}

function endActivities({ timings }: RunInput) {
  const { heartbeat, release, request, backoff } = timings;
  const retry = { initialInterval: backoff.first, maximumInterval: backoff.max };
  const { perdureEnrol } = proxyActivities<PerdureActivities>({
    startToCloseTimeout: request + heartbeat,
    retry,
    cancellationType: ActivityCancellationType.TRY_CANCEL,
    summary: 'enrol',
  });
  const { perdureLeave } = proxyActivities<PerdureActivities>({
    startToCloseTimeout: request + heartbeat,
    retry: { maximumAttempts: 3 },
    summary: 'leave',
  });
  const { perdureAnswer } = proxyActivities<PerdureActivities>({
    startToCloseTimeout: 3 * request + heartbeat,
    heartbeatTimeout: heartbeat,
    retry,
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    summary: 'answer',
  });
  const { perdureFinish } = proxyActivities<PerdureActivities>({
    startToCloseTimeout: release + heartbeat,
    scheduleToCloseTimeout: 2 * release + heartbeat,
    heartbeatTimeout: heartbeat,
    retry,
    summary: 'finish',
  });
  return { perdureEnrol, perdureLeave, perdureAnswer, perdureFinish };
}
