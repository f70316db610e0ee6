import { setTimeout as pause } from 'node:timers/promises';
import { type Client, isGrpcServiceError } from '@temporalio/client';
import { msToTs, tsToMs } from '@temporalio/common/lib/time.js';
import { isTemporalCloud, type TemporalTarget } from '../../client/temporal-target.js';
import { formatDuration } from '../../core/duration.js';
import { waitingQuery } from '../../core/names.js';
import { type Finding, fail, failed, ok } from './finding.js';

const name = 'temporal';
const deadlineMs = 10_000;
const settleMs = 30_000;
const notFound = 5;
const invalid = 3;

/** Whether the namespace is there; with a retention in milliseconds, one that is missing is made. */
export async function checkNamespace(client: Client, target: TemporalTarget, retention?: number): Promise<Finding> {
  const { namespace, address } = target;
  try {
    const made = (await find(client)) === undefined && retention !== undefined && !isTemporalCloud(address);
    if (made) await make(client, retention);
    const found = await find(client);
    if (found === undefined) return missing(target);
    const { serverVersion } = await bounded(client, () => client.workflowService.getSystemInfo({}));
    const kept = found === 0 ? '' : `, keeps ended runs for ${formatDuration(found)}`;
    return ok(
      name,
      `server ${serverVersion} at ${address}, namespace ${namespace}${made ? ' (made just now)' : ''}${kept}`,
    );
  } catch (error) {
    return failed(name, error, `Check that the namespace '${namespace}' exists at ${address} and may be used.`);
  }
}

/** Waits, 30 seconds at most, until queries know search attributes that were just added. */
export async function untilSearchable(client: Client): Promise<void> {
  const { namespace } = client.options;
  await until(client, () => client.workflowService.countWorkflowExecutions({ namespace, query: waitingQuery }));
}

/** Asks again while the server does not know yet what was added: it reads that every so often. */
async function until(client: Client, ask: () => Promise<unknown>): Promise<void> {
  const last = Date.now() + settleMs;
  for (;;) {
    try {
      await bounded(client, ask);
      return;
    } catch (error) {
      const unknown = isGrpcServiceError(error) && [invalid, notFound].includes(error.code);
      if (!unknown || Date.now() > last) throw error;
      await pause(250);
    }
  }
}

/** For how many milliseconds the namespace keeps what has ended; undefined when there is no such namespace. */
async function find(client: Client): Promise<number | undefined> {
  const { namespace } = client.options;
  try {
    const { config } = await bounded(client, () => client.workflowService.describeNamespace({ namespace }));
    return config?.workflowExecutionRetentionTtl ? tsToMs(config.workflowExecutionRetentionTtl) : 0;
  } catch (error) {
    if (isGrpcServiceError(error) && error.code === notFound) return undefined;
    throw error;
  }
}

async function make(client: Client, retention: number): Promise<void> {
  const { namespace } = client.options;
  const workflowExecutionRetentionPeriod = msToTs(retention);
  const description = 'Runs of Perdure';
  await bounded(client, () =>
    client.workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod, description }),
  );
  // Whoever looks at a namespace that was just made is told for some seconds that there is none.
  await until(client, () => client.workflowService.countWorkflowExecutions({ namespace }));
}

function missing({ namespace, address }: TemporalTarget): Finding {
  const text = `the namespace '${namespace}' does not exist at ${address}`;
  if (!isTemporalCloud(address)) return fail(name, text, 'Run: npx perdure doctor --setup, or set TEMPORAL_NAMESPACE.');
  const command = `tcld namespace create --namespace <name> --region <region> --retention-days 30`;
  const full = 'TEMPORAL_NAMESPACE is its full name, <name>.<account>.';
  return fail(name, text, `Make it at https://cloud.temporal.io, or run: ${command}. ${full}`);
}

function bounded<T>(client: Client, work: () => Promise<T>): Promise<T> {
  return client.connection.withDeadline(Date.now() + deadlineMs, work);
}
