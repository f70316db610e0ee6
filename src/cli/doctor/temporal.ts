import { Client, type Connection } from '@temporalio/client';
import { findTarget } from '../../client/connection.js';
import { workersOf } from '../../client/pollers.js';
import { dataConverterOf } from '../../client/secret-settings.js';
import type { Env, Settings } from '../../client/settings.js';
import type { TemporalTarget } from '../../client/temporal-target.js';
import { isPerdureError } from '../../core/errors.js';
import { blockingQueue } from '../../core/names.js';
import { checkSearchAttributes, registerSearchAttributes } from '../../worker/embedded/search-attributes.js';
import { openConnection } from '../client.js';
import { type Finding, fail, ok, warn } from './finding.js';
import { checkRuns } from './runs.js';

/** Whether Temporal is there, has the search attributes (which `setup` adds), and a worker serves the queues. */
export async function checkTemporal(env: Env, settings: Settings, setup: boolean): Promise<Finding[]> {
  let target: TemporalTarget;
  let connection: Connection;
  try {
    target = findTarget(env, settings);
    connection = await openConnection(target);
  } catch (error) {
    return [failed('temporal', error)];
  }
  const { namespace, address } = target;
  try {
    // What runs carry may be encrypted.
    const client = new Client({ connection, namespace, dataConverter: dataConverterOf(settings) });
    const reached = await checkNamespace(client, address);
    if (reached.state === 'fail') return [reached];
    const attributes = await checkAttributes(connection, namespace, setup);
    const workers = await checkWorkers(client, settings.taskQueue.value);
    const runs =
      attributes.state === 'ok' ? [await checkRuns(client).catch((error: unknown) => failed('runs', error))] : [];
    return [reached, attributes, workers, ...runs];
  } finally {
    await connection.close();
  }
}

async function checkNamespace(client: Client, address: string): Promise<Finding> {
  const { namespace } = client.options;
  try {
    const version = await client.connection.withDeadline(Date.now() + 10_000, async () => {
      await client.workflowService.describeNamespace({ namespace });
      return (await client.workflowService.getSystemInfo({})).serverVersion;
    });
    return ok('temporal', `server ${version} at ${address}, namespace ${namespace}`);
  } catch (error) {
    return failed('temporal', error, `Check that the namespace '${namespace}' exists at ${address} and may be used.`);
  }
}

async function checkAttributes(connection: Connection, namespace: string, setup: boolean): Promise<Finding> {
  const name = 'search attributes';
  try {
    if (!setup) {
      await checkSearchAttributes(connection, namespace);
      return ok(name, 'there');
    }
    const added = await registerSearchAttributes(connection, namespace);
    return ok(name, added.length === 0 ? 'there already' : `added ${added.join(', ')}`);
  } catch (error) {
    if (!isPerdureError(error)) return failed(name, error, 'The user of this connection may not be allowed to ask.');
    return fail(name, error.message, setup ? error.hint : `Run: npx perdure doctor --setup. ${error.hint ?? ''}`);
  }
}

async function checkWorkers(client: Client, taskQueue: string): Promise<Finding> {
  try {
    const { workflows, activities, blocking } = await workersOf(client, taskQueue);
    const idle = [
      ...(workflows === 0 || activities === 0 ? [taskQueue] : []),
      ...(blocking === 0 ? [blockingQueue(taskQueue)] : []),
    ];
    if (idle.length === 0) return ok('worker', `polls ${taskQueue} and ${blockingQueue(taskQueue)}`);
    return warn('worker', `none polls ${idle.join(' and ')}`, 'Runs wait until there is one: npx perdure up');
  } catch (error) {
    return failed('worker', error);
  }
}

function failed(name: string, error: unknown, cure?: string): Finding {
  const message = error instanceof Error ? error.message : String(error);
  return fail(name, message, isPerdureError(error) ? (error.hint ?? cure) : cure);
}
