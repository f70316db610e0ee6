import type { Verdict } from '../activities/result.js';
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
  | { kind: 'cancelled' }
  | { kind: 'deadline' };
