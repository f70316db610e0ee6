import {
  type Client,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { PerdureError } from '../core/errors.js';
import { translateError } from './connection.js';

/** Milliseconds that a worker has to take an update. */
export const takeMs = 10_000;

/** An update of a workflow that only a worker can take. */
export interface Update<M> {
  workflowId: string;
  name: string;
  message: M;
  /** The same id twice is the same update. */
  updateId?: string;
  /** The error when there is no such workflow, or none that goes on. */
  missing: (cause: unknown) => PerdureError;
}

/**
 * Sends an update: what the workflow gives, or why it refuses.
 * @throws PerdureError what `missing` makes, `worker-missing` when no worker took it in time, `temporal-unreachable`.
 */
export async function sendUpdate<R, M>(
  client: Client,
  { workflowId, name, message, updateId, missing }: Update<M>,
): Promise<{ accepted: true; value: R } | { accepted: false; reason: string }> {
  const handle = client.workflow.getHandle(workflowId);
  try {
    const value = await client.connection.withDeadline(Date.now() + takeMs, () =>
      handle.executeUpdate<R, [M]>(name, { args: [message], updateId }),
    );
    return { accepted: true, value };
  } catch (error) {
    const reason = refusalIn(error);
    if (reason !== undefined) return { accepted: false, reason };
    if (error instanceof WorkflowNotFoundError) throw missing(error);
    if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) throw noWorker(workflowId, error);
    throw translateError(error, client.options.namespace);
  }
}

/** Why a workflow refused an update, where it did. */
export function refusalIn(error: unknown): string | undefined {
  const refused = error instanceof WorkflowUpdateFailedError && error.cause instanceof ApplicationFailure;
  return refused ? error.cause.message : undefined;
}

function noWorker(workflowId: string, cause: unknown): PerdureError {
  return new PerdureError({
    code: 'worker-missing',
    message: `No worker took the message to ${workflowId} within ${takeMs / 1000} seconds.`,
    hint: 'See that a worker runs: npx perdure doctor. The same message may be sent again.',
    cause,
  });
}
