import { NativeConnection, Worker } from '@temporalio/worker';
import { PerdureError } from '../core/errors.js';
import { copiesOf, namedCopies, oneCopyCure } from './sdk-copies.js';

/**
 * Refuses a worker, or the connection of one, that was made by another copy of the Temporal SDK than the one that
 * Perdure uses: the two would not know each other's errors, and one native runtime each. Throws `sdk-copies`.
 */
export function assertSameSdk({ worker, connection }: { worker?: object; connection?: object }): void {
  const foreign =
    (worker !== undefined && !(worker instanceof Worker)) ||
    (connection !== undefined && !(connection instanceof NativeConnection));
  if (!foreign) return;
  const seen = copiesOf('@temporalio/worker', [import.meta.url, ...(process.argv[1] ? [process.argv[1]] : [])]);
  throw new PerdureError({
    code: 'sdk-copies',
    message: `This worker is of another copy of @temporalio/worker than Perdure's; found: ${namedCopies(seen)}.`,
    hint: `${oneCopyCure}. npx perdure doctor names the folders.`,
  });
}
