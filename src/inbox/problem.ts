import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { type ErrorCode, isPerdureError, PerdureError } from '../core/errors.js';
import { isPlanError, type PlanProblem } from '../plan/index.js';

/** An error as the inbox tells it. */
export interface Problem {
  status: ContentfulStatusCode;
  code: ErrorCode;
  message: string;
  hint?: string;
  /** Seconds. */
  retryAfter?: number;
  /** All that is wrong with a plan. */
  problems?: readonly PlanProblem[];
}

const statuses: Partial<Record<ErrorCode, ContentfulStatusCode>> = {
  'bad-input': 400,
  'token-refused': 401,
  'webhook-refused': 401,
  'answer-not-allowed': 403,
  'request-forged': 403,
  'run-not-found': 404,
  'batch-not-found': 404,
  'question-not-found': 404,
  'address-unknown': 404,
  'account-unknown': 404,
  'key-taken': 409,
  'answer-refused': 409,
  'adopt-refused': 409,
  'body-too-large': 413,
  'codec-key-missing': 422,
  'codec-broken': 422,
  'codec-plaintext': 422,
  'too-many-tries': 429,
  'temporal-unreachable': 503,
  'worker-missing': 503,
  'search-attributes-missing': 503,
  'provider-timeout': 504,
  'provider-unreachable': 502,
  'provider-error': 502,
  'provider-malformed': 502,
  'rate-limited': 503,
};

/** What is told of an error. What is not one of Perdure's is not told at all: it may have anything in it. */
export function problemOf(error: unknown): Problem {
  if (error instanceof HTTPException && error.status < 500) {
    return { status: 400, code: 'bad-input', message: 'What was sent can not be read as what it says it is.' };
  }
  if (!isPerdureError(error)) {
    return {
      status: 500,
      code: 'internal',
      message: 'The inbox did something wrong.',
      hint: 'Its log says what. Whether something was done is shown by the run or the question itself.',
    };
  }
  const { code, message, hint, retryAfterMs, status: own } = error;
  const status = own === 504 && code === 'temporal-unreachable' ? 504 : (statuses[code] ?? 500);
  const retryAfter = retryAfterMs === undefined ? (status === 503 ? 5 : undefined) : Math.ceil(retryAfterMs / 1000);
  return {
    status,
    code,
    message,
    ...(hint !== undefined && { hint }),
    ...(retryAfter !== undefined && { retryAfter }),
    ...(isPlanError(error) && { problems: error.problems }),
  };
}

/** The error of an address where nothing is. */
export function addressUnknown(): PerdureError {
  return new PerdureError({
    code: 'address-unknown',
    message: 'There is nothing at this address.',
    hint: 'Keys and ids in an address are encoded: a slash in them is %2F.',
  });
}

/** The error of somebody whom nobody knows. */
export function tokenRefused(): PerdureError {
  return new PerdureError({
    code: 'token-refused',
    message: 'This needs a token of the inbox, and none came, or none that is known.',
    hint: 'Send it as: Authorization: Bearer <token>. `perdure up` shows it, or it is in PERDURE_INBOX_TOKENS.',
  });
}

export function forged(): PerdureError {
  return new PerdureError({
    code: 'request-forged',
    message: 'This form does not come from a page of this inbox, or its sign-in is over.',
    hint: 'Load the page again and send it once more.',
  });
}
