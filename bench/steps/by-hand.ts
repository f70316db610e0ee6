import { proxyActivities, sleep } from '@temporalio/workflow';
import { isTerminal } from '../../src/core/reading.js';
import type { LoopActivities } from '../loop/look.js';
import type { StartByHand, StepActivities } from './activities.js';

const { benchStart } = proxyActivities<StepActivities>({
  startToCloseTimeout: '1 minute',
  retry: { maximumAttempts: 1 },
});
const { benchLook } = proxyActivities<LoopActivities>({
  startToCloseTimeout: '30 seconds',
  heartbeatTimeout: '10 seconds',
});

/** What the hand-written workflow does. */
export interface ByHand {
  starts: StartByHand[];
  /** Milliseconds between two looks, and before the first. */
  cadence: number;
  timeoutMs: number;
}

/**
 * The same runs one after the other as somebody would write them without Perdure: start by an activity, then a timer and
 * an activity that looks, until the run has ended. It checks no result, finds no lost start, stops and cleans up nothing.
 */
export async function byHand({ starts, cadence, timeoutMs }: ByHand): Promise<number> {
  for (const { account, run } of starts) {
    const runId = await benchStart({ account, run });
    const handle = { generation: 1, mark: '', runId, ownsSession: false };
    for (let ended = false; !ended; ) {
      await sleep(cadence);
      const reading = await benchLook({ account, endpoint: 'browserbase.agentRun', handle, timeoutMs });
      ended = isTerminal(reading.state);
    }
  }
  return starts.length;
}
