import type { RunRecord } from '../../src/simulator/ledger.js';
import type { RunEvidence } from './evidence.js';
import type { PlannedRun } from './program.js';

/** A target of a step, and what came of it. */
export interface Tried {
  step: string;
  key: string;
  target: PlannedRun;
  /** Absent where no run was begun. */
  run?: RunEvidence;
  /** The truth: what was started for it. */
  started: RunRecord[];
}

/** Whether a run says that its provider took none of its starts. */
export function provesNoStart({ outcome }: RunEvidence): boolean {
  return outcome?.attempts.every((attempt) => attempt.outcome === 'refused') === true;
}
