import { hostname } from 'node:os';
import { Client, type Connection } from '@temporalio/client';
import { findTarget, openClient } from '../../client/connection.js';
import { hasWorkerOn, workersOf } from '../../client/pollers.js';
import { dataConverterOf } from '../../client/secret-settings.js';
import type { Env, Settings } from '../../client/settings.js';
import { isTemporalCloud, type TemporalTarget } from '../../client/temporal-target.js';
import { isPerdureError } from '../../core/errors.js';
import { blockingQueue } from '../../core/names.js';
import { checkSearchAttributes, registerSearchAttributes } from '../../worker/embedded/search-attributes.js';
import { openConnection } from '../client.js';
import { type Finding, fail, failed, ok, warn } from './finding.js';
import { checkNamespace, untilSearchable } from './namespace.js';
import { checkRuns } from './runs.js';

/** Whether Temporal is there, has namespace and search attributes (which `setup` makes), and a worker serves the queues. */
export async function checkTemporal(env: Env, settings: Settings, setup: boolean): Promise<Finding[]> {
  let target: TemporalTarget;
  let connection: Connection;
  try {
    target = findTarget(env, settings);
    connection = await openConnection(target);
  } catch (error) {
    return [failed('temporal', error)];
  }
  const { namespace } = target;
  try {
    // What runs carry may be encrypted.
    const client = new Client({ connection, namespace, dataConverter: dataConverterOf(settings) });
    const reached = await checkNamespace(client, target, setup ? settings.retention.value : undefined);
    if (reached.state === 'fail') return [reached];
    const attributes = await checkAttributes({ client, connection }, target, setup);
    const workers = await checkWorkers(client, settings.taskQueue.value);
    const runs =
      attributes.state === 'ok' ? [await checkRuns(client).catch((error: unknown) => failed('runs', error))] : [];
    return [reached, attributes, workers, ...runs];
  } finally {
    await connection.close();
  }
}

/** Whether a worker of this very machine polls Perdure's queue. */
export async function checkOwnWorker(env: Env, settings: Settings): Promise<Finding> {
  const [name, host, taskQueue] = ['worker', hostname(), settings.taskQueue.value];
  try {
    const client = await openClient(findTarget(env, settings));
    try {
      if (await hasWorkerOn(client, taskQueue, host)) return ok(name, `${host} polls ${taskQueue}`);
      return fail(name, `none of ${host} polls ${taskQueue}`, 'Restart it; its log says why it stands.');
    } finally {
      await client.connection.close();
    }
  } catch (error) {
    return failed(name, error);
  }
}

async function checkAttributes(
  { client, connection }: { client: Client; connection: Connection },
  { namespace, address }: TemporalTarget,
  setup: boolean,
): Promise<Finding> {
  const name = 'search attributes';
  const cloud = isTemporalCloud(address);
  try {
    if (!setup || cloud) {
      await checkSearchAttributes(connection, namespace, cloud);
      return ok(name, 'there');
    }
    const added = await registerSearchAttributes(connection, namespace);
    if (added.length > 0) await untilSearchable(client);
    return ok(name, added.length === 0 ? 'there already' : `added ${added.join(', ')}`);
  } catch (error) {
    if (!isPerdureError(error)) return failed(name, error, 'The user of this connection may not be allowed to ask.');
    const cure = setup || cloud ? error.hint : `Run: npx perdure doctor --setup. ${error.hint ?? ''}`;
    return fail(name, error.message, cure);
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
