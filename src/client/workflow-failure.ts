import type { WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { isErrorCode, PerdureError } from '../core/errors.js';

/** The error of Perdure's that a workflow of Perdure's failed with; `internal` for any other. */
export function errorOfWorkflow(error: WorkflowFailedError): PerdureError {
  let cause: unknown = error;
  while (cause instanceof Error && cause.cause !== undefined) cause = cause.cause;
  const failure = cause instanceof ApplicationFailure ? cause : undefined;
  const code = isErrorCode(failure?.type) ? failure.type : 'internal';
  const message = cause instanceof Error ? cause.message : error.message;
  return new PerdureError({ code, message, hint: hintOf(failure), cause: error });
}

function hintOf(failure: ApplicationFailure | undefined): string | undefined {
  const detail: unknown = failure?.details?.[0];
  const hint = typeof detail === 'object' && detail !== null && 'hint' in detail ? detail.hint : undefined;
  return typeof hint === 'string' ? hint : undefined;
}
