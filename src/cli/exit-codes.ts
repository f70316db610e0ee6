import type { ErrorCode } from '../core/errors.js';
import type { Outcome } from '../core/run.js';

/** What the process says when it ends. */
export const exits = {
  done: 0,
  failed: 1,
  badInput: 2,
  waiting: 3,
  unreachable: 4,
  unknown: 5,
  interrupted: 130,
} as const;

const codeExits: Partial<Record<ErrorCode, number>> = {
  'bad-input': exits.badInput,
  'config-invalid': exits.badInput,
  'key-taken': exits.badInput,
  'provider-unreachable': exits.unreachable,
  'provider-timeout': exits.unreachable,
  'temporal-unreachable': exits.unreachable,
  'worker-missing': exits.unreachable,
  'server-binary-missing': exits.unreachable,
  'server-port-taken': exits.unreachable,
  'server-database-version': exits.unreachable,
  'server-start-failed': exits.unreachable,
  'start-unknown': exits.unknown,
  'run-terminated': exits.unknown,
};

/** The exit of a command that ended with an error of this code. */
export function exitOfCode(code: ErrorCode): number {
  return codeExits[code] ?? exits.failed;
}

/** The exit of a command that waited for a run. */
export function exitOfOutcome({ status, error }: Outcome): number {
  if (status === 'completed') return exits.done;
  if (status === 'unknown') return exits.unknown;
  return error?.code === 'provider-unreachable' ? exits.unreachable : exits.failed;
}
