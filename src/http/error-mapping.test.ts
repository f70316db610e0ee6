import { expect, test } from 'vitest';
import { type ErrorCode, errorCodes, isErrorCode, provesRefusal } from '../core/error-codes.js';
import { failureError, malformedError, statusError, tooLargeError } from './error-mapping.js';

const exchange = {
  provider: 'Anchor',
  account: 'anchor/eu',
  origin: 'http://127.0.0.1',
  method: 'POST',
  path: '/v1/x',
};

const meanings: [status: number, code: ErrorCode, retryable: boolean, refusal: boolean][] = [
  [400, 'request-rejected', false, true],
  [401, 'unauthorized', false, true],
  [402, 'no-credit', false, true],
  [403, 'forbidden', false, true],
  [404, 'task-not-found', false, true],
  [405, 'request-rejected', false, true],
  [408, 'provider-error', true, false],
  [409, 'provider-conflict', true, false],
  [410, 'task-not-found', false, true],
  [413, 'request-rejected', false, true],
  [415, 'request-rejected', false, true],
  [418, 'provider-error', true, false],
  [422, 'request-rejected', false, true],
  [425, 'provider-error', true, false],
  [429, 'rate-limited', true, true],
  [451, 'forbidden', false, true],
  [500, 'provider-error', true, false],
  [502, 'provider-error', true, false],
  [503, 'provider-error', true, false],
  [504, 'provider-error', true, false],
];

test.each(meanings)(
  'an answer with status %i is %s (retryable: %s, proves a refusal: %s)',
  (status, code, retryable, refusal) => {
    const error = statusError(exchange, { status, keys: [], body: undefined, retryAfterMs: undefined });
    expect(error).toMatchObject({ code, retryable, status });
    expect(provesRefusal(error.code)).toBe(refusal);
  },
);

test('every error of an exchange says what to do', () => {
  const statuses = meanings.map(([status]) =>
    statusError(exchange, { status, keys: [], body: undefined, retryAfterMs: 5 }),
  );
  const failures = (['connecting', 'exchanging', 'time', 'caller'] as const).map((failure) =>
    failureError(exchange, failure, undefined),
  );
  const errors = [...statuses, ...failures, malformedError(exchange, 'HTML'), tooLargeError(exchange, 10)];
  expect(errors.filter(({ hint }) => !hint)).toEqual([]);
  expect(errors.every(({ code }) => isErrorCode(code) && code in errorCodes)).toBe(true);
});
