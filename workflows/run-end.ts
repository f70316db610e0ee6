import type { Verdict } from '../activities/result.js';
import type { Question } from '../src/core/question.js';
import type { OutcomeError } from '../src/core/run.js';

/** Why a run goes to its end. */
export type RunEnd =
  /** The provider says that it has ended; its result is still to be read. */
  | { kind: 'ended' }
  /** The result was read and checked already. */
  | { kind: 'judged'; verdict: Verdict }
  /** The provider refused it for good. */
  | { kind: 'refused'; error: OutcomeError }
  /** Nobody knows whether it was started. */
  | { kind: 'unknown'; error: OutcomeError }
  /** Nobody answered a question that has no default. */
  | { kind: 'expired'; question: Question }
  | { kind: 'cancelled' }
  | { kind: 'deadline' };
