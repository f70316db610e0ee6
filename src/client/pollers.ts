import type { Client } from '@temporalio/client';
import { PerdureError } from '../core/errors.js';
import { blockingQueue } from '../core/names.js';

/** How many pollers Temporal has seen lately on Perdure's queues. */
export interface Pollers {
  workflows: number;
  activities: number;
  /** On the queue of the endpoint whose call blocks. */
  blocking: number;
}

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
