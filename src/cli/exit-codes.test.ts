import { expect, test } from 'vitest';
import type { Outcome } from '../core/run.js';
import { exitOfCode, exitOfOutcome } from './exit-codes.js';

function outcome(parts: Pick<Outcome, 'status' | 'error'>): Outcome {
  return {
    key: 'k',
    endpoint: 'anchor.webTask',
    attempts: [],
    questions: [],
    cleanup: { confirmed: true, left: [] },
    usage: {},
    provider: {},
    startedAt: '2026-01-01T00:00:00.000Z',
    endedAt: '2026-01-01T00:00:01.000Z',
    ...parts,
  };
}

test.each([
  [{ status: 'completed' }, 0],
  [{ status: 'failed', error: { code: 'run-failed', message: '' } }, 1],
  [{ status: 'failed', error: { code: 'provider-unreachable', message: '' } }, 4],
  [{ status: 'cancelled', error: { code: 'cancelled', message: '' } }, 1],
  [{ status: 'timed-out', error: { code: 'deadline-exceeded', message: '' } }, 1],
  [{ status: 'unknown', error: { code: 'start-unknown', message: '' } }, 5],
] as const)('a run that ended as %j exits %i', (parts, exit) => {
  expect(exitOfOutcome(outcome(parts))).toBe(exit);
});

test.each([
  ['bad-input', 2],
  ['config-invalid', 2],
  ['key-taken', 2],
  ['temporal-unreachable', 4],
  ['server-port-taken', 4],
  ['server-binary-missing', 4],
  ['run-not-found', 1],
  ['search-attributes-missing', 1],
  ['internal', 1],
] as const)('an error of the code %s exits %i', (code, exit) => {
  expect(exitOfCode(code)).toBe(exit);
});
