import type { AccountPlace, SlotRequest } from '../src/core/admission.js';
import type { AgentSpec } from '../src/core/builders.js';
import { isPerdureError, provesRefusal } from '../src/core/errors.js';
import type { OutcomeError, ProviderHandle } from '../src/core/run.js';
import type { Timings } from '../src/core/timings.js';
import type { WatcherPlace } from '../src/core/watch.js';
import type { Redactor } from '../src/secrets/redaction.js';
import { toOutcomeError } from './failure.js';
import { maskError } from './masking.js';
import type { ResultTerms, Verdict } from './result.js';

/** One start that is to be sent at most once. */
export interface StartTask {
  /** Run id of the run's first execution. */
  firstExecution: string;
  /** Run id of the execution that has looked for what was started before it, where that was done. */
  lookedIn?: string;
  account: string;
  agent: AgentSpec;
  /** What is known before the start: generation, mark, and the session of the caller's. */
  handle: ProviderHandle;
  /** Who watches it; absent where nobody is told. */
  watcher?: WatcherPlace;
  /** What its account is asked for, where it admits. */
  slot: { place: AccountPlace; request: SlotRequest };
  /** Whether its account has given it leave to start. */
  granted: boolean;
  /** Milliseconds that the run may still last, which its session has to outlive. */
  lastsMs: number;
  /** Epoch milliseconds after which nothing may be sent any more. */
  sendNotAfter: number;
  /** What its result has to be, where the start's answer brings it already. */
  result: ResultTerms;
  timings: Timings;
}

interface Reported {
  handle: ProviderHandle;
  notes: string[];
}

/** What became of a start. */
export type StartReport = Reported &
  /** `enrolled`: whether its watcher was told of it, and which that is. */
  (
    | { kind: 'accepted'; providerStatus: string; enrolled: boolean; shard?: number }
    /** It ended with its start; its answer can't be read a second time. */
    | { kind: 'ended'; verdict: Verdict }
    /** `tells`: somebody is told of its end. */
    | { kind: 'refused'; error: OutcomeError; retryAfterMs?: number; again: boolean; tells?: true }
    /** `reset`: nothing was sent here, in this execution, since one before it may have started the run. */
    | { kind: 'unknown'; error: OutcomeError; reset?: string }
  );

/** Nothing was sent: the account admits, and has been asked for leave. */
export type Queued = { kind: 'queued' };

/** What is known of a start so far. */
export interface Draft {
  handle: ProviderHandle;
  notes: string[];
  /** Whether the request may have left. */
  sent: boolean;
  /** Masks the secrets that were resolved for it. */
  redactor: Redactor;
}

/** What a failed start means: refused where nothing left or the error proves it, unknown otherwise. */
export function failedStart(error: unknown, { handle, notes, sent, redactor }: Draft): StartReport {
  const told = maskError(toOutcomeError(error), redactor);
  const known = isPerdureError(error) ? error : undefined;
  if (!sent || (known && provesRefusal(known.code))) {
    const again = known !== undefined && (known.retryable || known.code === 'start-expired');
    return { kind: 'refused', handle, notes, error: told, retryAfterMs: known?.retryAfterMs, again };
  }
  return unknownStart(told.message, { handle, notes });
}

/** The report of a start of which nobody knows what became. */
export function unknownStart(
  reason: string,
  { handle, notes }: Pick<Draft, 'handle' | 'notes'>,
): Extract<StartReport, { kind: 'unknown' }> {
  const error: OutcomeError = {
    code: 'start-unknown',
    message: `Whether the provider started the run is not known: ${reason}`,
    hint: 'Look for the run at the provider before you start it again under another key.',
  };
  return { kind: 'unknown', handle, notes, error };
}
