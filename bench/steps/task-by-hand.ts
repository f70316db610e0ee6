import { defaultTimings } from '../../src/core/timings.js';
import type { PlannedRun } from '../task.js';
import type { ByHand } from './by-hand.js';

/** What the hand-written workflow is given: these runs, looked at as often as Perdure looks. */
export function taskByHand(account: string, runs: readonly PlannedRun[]): ByHand {
  const { cadence, request: timeoutMs } = defaultTimings;
  return { starts: runs.map((run) => ({ account, run })), cadence: cadence.first, timeoutMs };
}
