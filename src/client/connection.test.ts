import { ServiceError } from '@temporalio/client';
import { expect, test } from 'vitest';
import { isPerdureError } from '../core/errors.js';
import { translateError } from './connection.js';

function refused(code: number, details: string): ServiceError {
  const cause = Object.assign(new TypeError(details), { code, details, metadata: {} });
  return new ServiceError('Failed to query Workflow', { cause });
}

test.each([
  [14, 'no connection', 'temporal-unreachable'],
  [4, 'deadline exceeded', 'temporal-unreachable'],
  [1, 'context canceled', 'temporal-unreachable'],
  [9, 'no poller seen for task queue recently', 'worker-missing'],
  [3, 'no mapping defined for search attribute PerdureStatus', 'search-attributes-missing'],
])('what the server refuses as %i (%s) is %s', (code, details, expected) => {
  const translated = translateError(refused(code, details), 'default');
  expect(isPerdureError(translated) && translated.code).toBe(expected);
});

test("a caller's own cancel, and what is no error of the server's, stay what they are", () => {
  for (const error of [refused(1, 'Cancelled on client'), refused(7, 'denied'), new TypeError('x')]) {
    expect(translateError(error, 'default')).toBe(error);
  }
});
