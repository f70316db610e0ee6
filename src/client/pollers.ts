import type { Client } from '@temporalio/client';
import { tsToMs } from '@temporalio/common/lib/time.js';
import { PerdureError } from '../core/errors.js';
import { blockingQueue } from '../core/names.js';

/** How many pollers Temporal has seen lately on Perdure's queues. */
export interface Pollers {
  workflows: number;
  activities: number;
  /** On the queue of the endpoint whose call blocks. */
  blocking: number;
}

/** A poll lasts a minute. */
const latelyMs = 150_000;
const workflowTasks = 1;
const activityTasks = 2;

/** Asks Temporal who serves Perdure's queues. */
export async function workersOf(client: Client, taskQueue: string): Promise<Pollers> {
  const count = async (name: string, taskQueueType: number) => {
    const { namespace } = client.options;
    const { pollers } = await client.workflowService.describeTaskQueue({
      namespace,
      taskQueue: { name },
      taskQueueType,
    });
    return pollers?.length ?? 0;
  };
  const [workflows, activities, blocking] = await client.connection.withDeadline(Date.now() + 10_000, () =>
    Promise.all([
      count(taskQueue, workflowTasks),
      count(taskQueue, activityTasks),
      count(blockingQueue(taskQueue), activityTasks),
    ]),
  );
  return { workflows, activities, blocking };
}

/** Whether Temporal has heard lately from a worker of a machine on Perdure's own queue, by the identity that the SDK gives it. */
export async function hasWorkerOn(client: Client, taskQueue: string, host: string): Promise<boolean> {
  const { namespace } = client.options;
  const ask = (taskQueueType: number) =>
    client.workflowService.describeTaskQueue({ namespace, taskQueue: { name: taskQueue }, taskQueueType });
  const kinds = await client.connection.withDeadline(Date.now() + 10_000, () =>
    Promise.all([ask(workflowTasks), ask(activityTasks)]),
  );
  const since = Date.now() - latelyMs;
  return kinds.every(({ pollers }) =>
    pollers?.some(({ identity, lastAccessTime }) => identity?.endsWith(`@${host}`) && tsToMs(lastAccessTime) >= since),
  );
}

/** Makes sure that somebody would do the work. Throws `worker-missing`. */
export async function assertWorker(client: Client, taskQueue: string): Promise<void> {
  const { workflows, activities } = await workersOf(client, taskQueue);
  if (workflows > 0 && activities > 0) return;
  throw new PerdureError({
    code: 'worker-missing',
    message: `No worker serves the queue '${taskQueue}'.`,
    hint: 'Start one, in another terminal: npx perdure up',
  });
}
