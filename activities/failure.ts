import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import { errorCodes, isPerdureError, type PerdureError } from '../src/core/errors.js';
import type { OutcomeError } from '../src/core/run.js';

/** The error as it is kept in outcomes. */
export function toOutcomeError(error: unknown): OutcomeError {
  if (!isPerdureError(error)) return { code: 'internal', message: messageOf(error) };
  return { code: error.code, message: error.message, ...(error.hint !== undefined && { hint: error.hint }) };
}

/**
 * The error as Temporal carries it: its type is the code, its first detail has the hint and what more the caller says. It
 * is tried again where that may help, unless the caller knows better; all but Perdure's own mistakes are benign.
 */
export function toFailure(
  error: PerdureError,
  nextRetryDelayMs?: number,
  retryable: boolean = error.retryable,
  more: Record<string, string> = {},
): ApplicationFailure {
  const { hint } = error;
  const detail = { ...(hint !== undefined && { hint }), ...more };
  return ApplicationFailure.create({
    type: error.code,
    message: error.message,
    nonRetryable: !retryable,
    ...(error.code !== 'internal' && { category: ApplicationFailureCategory.BENIGN }),
    ...(Object.keys(detail).length > 0 && { details: [detail] }),
    // To Temporal a delay of nothing means never again.
    ...(nextRetryDelayMs !== undefined && { nextRetryDelay: Math.max(1, nextRetryDelayMs) }),
  });
}

/**
 * The error without anything that a provider said: for what is told of a whole account, where nobody knows which secrets
 * its provider may repeat.
 */
export function inOwnWords({ code, status }: Pick<PerdureError, 'code' | 'status'>): string {
  return `${errorCodes[code].meaning} (${code}${status === undefined ? '' : `, HTTP ${status}`})`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
