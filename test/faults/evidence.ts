import type { Verdict } from '../../src/core/person-step.js';
import type { Question } from '../../src/core/question.js';
import type { Outcome } from '../../src/core/run.js';
import type { LedgerSource } from '../../src/simulator/ledger.js';
import type { PlannedApproval, PlannedRun } from './program.js';
import type { Weather } from './weather.js';

/** What is known of one run when all is over, apart from what its provider knows. */
export interface RunEvidence {
  plan: PlannedRun;
  /** Absent when it did not end within its bound. */
  outcome?: Outcome;
  /** The provider's time when the outcome was there. */
  endedAt: number;
  /** Workflow tasks that failed, of all executions. */
  taskFailures: number;
  answers: AnswerEvidence[];
  /** What was really done to it, by kind of act. */
  done: string[];
}

/** An answer as it was given, and what Perdure said to it. */
export interface AnswerEvidence {
  /** The provider's id of the question. */
  questionId: string;
  value: unknown;
  accepted: boolean;
  /** Whether nobody was told if it was taken. */
  unsure?: true;
  /** The provider's time. */
  at: number;
}

/** What is known of an approval when all is over. */
export interface ApprovalEvidence {
  plan: PlannedApproval;
  /** Absent when it did not come within its bound. */
  verdict?: Verdict;
  questions: Question[];
  answers: AnswerEvidence[];
}

/** Everything that a seed left behind. */
export interface Evidence {
  seed: number;
  runs: RunEvidence[];
  approval?: ApprovalEvidence;
  /** The truth: what the providers really did. */
  ledger: LedgerSource;
  /** What Perdure's accounts allowed, and what befell what runs share, by kind. */
  weather: { limits: Weather['limits']; done: string[] };
  /** What a sweep left and what it should have left; absent when none was made. */
  sweep?: { live: string[]; evicted: string[] };
}

/** The counts that have to be zero. */
export const zeroKeys = [
  'silentDuplicates',
  'doubledWrites',
  'orphans',
  'lostAnswers',
  'wrongOutcome',
  'stuck',
  'overLimit',
] as const;

export type ZeroKey = (typeof zeroKeys)[number];

/** Something that must not be. */
export interface Finding {
  key: ZeroKey;
  run: string;
  what: string;
}
