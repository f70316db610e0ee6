import type { Verdict } from '../../src/core/person-step.js';
import type { Question } from '../../src/core/question.js';
import type { Amounts } from '../../src/core/budget.js';
import type { Outcome } from '../../src/core/run.js';
import type { LedgerSource } from '../../src/simulator/ledger.js';
import type { PlannedApproval, PlannedJob, PlannedRun } from './program.js';
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

/** What a step within a budget says of itself. */
export interface StepEnd {
  step: string;
  /** Of its run, at the last target that was tried. */
  key?: string;
  status?: string;
  /** Keys of the runs at the targets before; absent where this is not told (a plan). */
  failedOver?: string[];
  /** The code of the failure, where it has no outcome. */
  failure?: string;
  /** Where the files of its run are, where they were saved. */
  saved?: string[];
  /** The code of the failure, where they were not. */
  notSaved?: string;
  /** What stands in the files of the folder that they were saved in. */
  inFolder?: string[];
}

/** What is known of steps within a budget when all is over; their runs stand among the others. */
export interface JobEvidence {
  plan: PlannedJob;
  /** Absent when they did not end within their bound. */
  ends?: StepEnd[];
  budget?: { limits: Amounts; used: Amounts; left: Amounts };
  /** Runs that were added for certain, and perhaps. */
  raised: { sure: number; most: number };
  taskFailures: number;
  done: string[];
}

/** Everything that a seed left behind. */
export interface Evidence {
  seed: number;
  /** Those of the program, and those that its steps within a budget came to. */
  runs: RunEvidence[];
  approval?: ApprovalEvidence;
  job?: JobEvidence;
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
  'overBudget',
] as const;

export type ZeroKey = (typeof zeroKeys)[number];

/** Something that must not be. */
export interface Finding {
  key: ZeroKey;
  run: string;
  what: string;
}
