import { proxyActivities } from '@temporalio/workflow';
import type { PerdureActivities } from '../activities/index.js';
import type { SweepReport, SweepTask } from '../src/core/sweep.js';

/** Finds what lives at the providers though its workflow has ended, and ends it where told to; a schedule may run it. */
export async function sweep(task: SweepTask): Promise<SweepReport> {
  const { heartbeat, backoff } = task.timings;
  const { perdureSweep } = proxyActivities<PerdureActivities>({
    startToCloseTimeout: '30 minutes',
    scheduleToCloseTimeout: '1 hour',
    heartbeatTimeout: heartbeat,
    retry: { initialInterval: backoff.first, maximumInterval: backoff.max, maximumAttempts: 5 },
    summary: `sweep ${task.deployment}`,
  });
  return perdureSweep(task);
}
