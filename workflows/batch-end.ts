import { proxyLocalActivities } from '@temporalio/workflow';
import type { PerdureActivities } from '../activities/index.js';
import { endOf } from '../src/core/batch.js';
import type { RunState } from './run-state.js';

const { perdureTellBatch } = proxyLocalActivities<PerdureActivities>({
  startToCloseTimeout: '10 seconds',
  scheduleToCloseTimeout: '1 minute',
  retry: { initialInterval: '1 second', maximumInterval: '10 seconds', maximumAttempts: 5 },
});

/** Tells the batch of a run how it ended; one that can't be told finds out by itself. */
export async function tellBatch({ input: { batch }, outcome }: RunState): Promise<void> {
  if (!batch || !outcome) return;
  try {
    await perdureTellBatch({ batch: batch.id, end: endOf(outcome, batch.results === true) });
  } catch {
    return;
  }
}
