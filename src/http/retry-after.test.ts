import { expect, test } from 'vitest';
import { longestRetryAfterMs, parseHttpDate, parseRetryAfter } from './retry-after.js';

const now = Date.UTC(2026, 10, 22, 12, 0, 0);

test.each([
  ['0', 0],
  ['58', 58_000],
  ['1.5', 1500],
  [' 7 ', 7000],
  ['999999999999', longestRetryAfterMs],
  ['Sun, 22 Nov 2026 12:00:30 GMT', 30_000],
  ['Sunday, 22-Nov-26 12:00:30 GMT', 30_000],
  ['Sun Nov 22 12:00:30 2026', 30_000],
  ['Sun, 22 Nov 2026 11:59:30 GMT', 0],
  ['Fri, 22 Nov 2126 12:00:00 GMT', longestRetryAfterMs],
])('Retry-After %j means a pause of %i ms', (header, ms) => {
  expect(parseRetryAfter(header, now)).toBe(ms);
});

test.each([undefined, '', '  ', '-3', 'soon', '12 minutes', '2026-11-22T12:00:30Z', 'NaN', '1e9'])(
  'Retry-After %j is not understood',
  (header) => {
    expect(parseRetryAfter(header, now)).toBeUndefined();
  },
);

test('a two-digit year more than fifty years ahead is in the century before', () => {
  expect(parseHttpDate('Sunday, 06-Nov-94 08:49:37 GMT', now)).toBe(Date.UTC(1994, 10, 6, 8, 49, 37));
});

test('the day of the oldest form may be padded with a space, and its time is UTC', () => {
  expect(parseHttpDate('Sun Nov  6 08:49:37 1994', now)).toBe(Date.UTC(1994, 10, 6, 8, 49, 37));
});
