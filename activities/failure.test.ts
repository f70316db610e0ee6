import { ApplicationFailureCategory } from '@temporalio/common';
import { expect, test } from 'vitest';
import { errorCodes, isErrorCode, PerdureError } from '../src/core/errors.js';
import { inOwnWords, toFailure } from './failure.js';
import { pauseAfter } from './retry.js';

const codes = Object.keys(errorCodes).filter(isErrorCode);

test.each(codes)(
  'a failure of the code %s is tried again as the table says, and is benign unless it is a mistake of ours',
  (code) => {
    const failure = toFailure(new PerdureError({ code, message: 'What happened.', hint: 'What to do.' }), 1_500);
    expect(failure).toMatchObject({
      type: code,
      nonRetryable: !errorCodes[code].retryable,
      nextRetryDelay: 1_500,
      details: [{ hint: 'What to do.' }],
    });
    expect(failure.category === ApplicationFailureCategory.BENIGN).toBe(code !== 'internal');
  },
);

test('who knows better than the table says so', () => {
  const error = new PerdureError({ code: 'account-unknown', message: 'There is none.' });
  expect(toFailure(error, 10, true).nonRetryable).toBe(false);
});

test('what is told of a whole account has no word of its provider', () => {
  const error = new PerdureError({
    code: 'unauthorized',
    message: 'Anchor answered with 401: no hunter2.',
    status: 401,
  });
  expect(inOwnWords(error)).toBe('The provider refused the API key. (unauthorized, HTTP 401)');
  expect(inOwnWords({ code: 'provider-timeout', status: undefined })).toContain('(provider-timeout)');
});

test('the pause after a refusal is as long as the provider asks for, and grows with jitter where it asks for none', () => {
  const backoff = { first: 1_000, max: 30_000 };
  expect(pauseAfter({ retryAfterMs: 60_000 }, backoff, 1)).toBe(60_000);
  for (const [attempt, full] of [
    [1, 1_000],
    [4, 8_000],
    [20, 30_000],
  ] as const) {
    const pause = pauseAfter({ retryAfterMs: undefined }, backoff, attempt);
    expect(pause).toBeGreaterThanOrEqual(full / 2);
    expect(pause).toBeLessThanOrEqual(full);
  }
});
