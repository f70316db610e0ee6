import { setTimeout as pause } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import { PerdureError } from '../../core/errors.js';
import { accepts } from './ports.js';
import { registerSearchAttributes } from './search-attributes.js';
import type { GuardedProcess } from './guarded-process.js';

const namespace = 'default';
const bootMs = 30_000;

/**
 * Waits until a new server serves its namespace, sets the retention, sees to the search attributes, and gives the id of
 * the cluster, which stays with the database. Throws `server-start-failed` when it ends, or is not ready in 30 seconds.
 */
export async function prepare(server: GuardedProcess, address: string, retentionMs: number): Promise<string> {
  const until = Date.now() + bootMs;
  let reason: unknown;
  while (Date.now() < until && !server.hasExited()) {
    if (await accepts(address, 1_000)) {
      try {
        return await configure(server, address, retentionMs);
      } catch (error) {
        if (error instanceof PerdureError) throw error;
        reason = error;
      }
    }
    await pause(25);
  }
  throw await failed(server, reason);
}

async function configure(server: GuardedProcess, address: string, retentionMs: number): Promise<string> {
  const connection = await Connection.connect({ address, connectTimeout: 2_000 });
  try {
    return await connection.withDeadline(Date.now() + 10_000, async () => {
      const { workflowService } = connection;
      await workflowService.describeNamespace({ namespace });
      const { clusterId } = await workflowService.getClusterInfo({});
      const config = { workflowExecutionRetentionTtl: msToTs(retentionMs) };
      await workflowService.updateNamespace({ namespace, config });
      await registerSearchAttributes(connection, namespace);
      if (server.hasExited()) throw await failed(server);
      return clusterId;
    });
  } finally {
    await connection.close();
  }
}

async function failed(server: GuardedProcess, cause?: unknown): Promise<PerdureError> {
  const words = server.lastWords();
  const how = server.hasExited() ? await server.exited : `it was not ready after ${bootMs / 1000} s`;
  return new PerdureError({
    code: 'server-start-failed',
    message: `The embedded Temporal server did not come up: ${how}${words === '' ? '' : ` (${words})`}.`,
    hint: 'Its log is server.log in the home folder; a damaged database file can be moved away.',
    ...(cause === undefined ? {} : { cause }),
  });
}
