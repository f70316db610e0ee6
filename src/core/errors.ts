/**
 * The one family of errors, their guards, and every code.
 * @module perdure/errors
 */

import { type ErrorCode, errorCodes, isErrorCode } from './error-codes.js';
import type { Outcome } from './run.js';

export { type ErrorCode, errorCodes, type ErrorKind, isErrorCode, provesRefusal } from './error-codes.js';

/** What an error of Perdure is made of. */
export interface ErrorParts {
  /** What decides; see `errorCodes`. */
  code: ErrorCode;
  /** What happened, in one sentence. */
  message: string;
  /** What to do about it. */
  hint?: string;
  /** Milliseconds after which the provider allows another try. */
  retryAfterMs?: number;
  /** HTTP status of the provider's answer. */
  status?: number;
  /** The error beneath. */
  cause?: unknown;
}

/** The one family of errors that Perdure throws: decide by `code`, show `message`, follow `hint`. */
export class PerdureError extends Error {
  override readonly name: string = 'PerdureError';
  /** Stable; what a program decides by. */
  readonly code: ErrorCode;
  /** What to do about it. */
  readonly hint: string | undefined;
  /** Whether the same call may succeed when it is made again. */
  readonly retryable: boolean;
  /** Milliseconds after which the provider allows another try. */
  readonly retryAfterMs: number | undefined;
  /** HTTP status of the provider's answer. */
  readonly status: number | undefined;

  constructor({ code, message, hint, retryAfterMs, status, cause }: ErrorParts) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.hint = hint;
    this.retryable = errorCodes[code].retryable;
    this.retryAfterMs = retryAfterMs;
    this.status = status;
  }
}

/** Thrown by `run.result()` for a run that did not end `completed`; `outcome` has all that is known. */
export class RunError extends PerdureError {
  override readonly name = 'RunError';
  /** All that is known of the run. */
  readonly outcome: Outcome;

  constructor(outcome: Outcome) {
    const { code, message, hint } = outcome.error ?? { code: 'internal', message: `The run ended ${outcome.status}.` };
    super({ code: isErrorCode(code) ? code : 'internal', message: `${outcome.key}: ${message}`, hint });
    this.outcome = outcome;
  }
}

/** Tells whether a value is an error of Perdure (of that code); by name, since a package can be loaded twice. */
export function isPerdureError(value: unknown, code?: ErrorCode): value is PerdureError {
  if (!(value instanceof Error) || !('code' in value) || !isErrorCode(value.code)) return false;
  return (value.name === 'PerdureError' || value.name === 'RunError') && (code === undefined || value.code === code);
}

/** Tells whether a value is the error of a run that did not complete. */
export function isRunError(value: unknown): value is RunError {
  return isPerdureError(value) && value.name === 'RunError';
}
