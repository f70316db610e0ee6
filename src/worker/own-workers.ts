import { type NativeConnection, Worker } from '@temporalio/worker';
import type { PerdureActivities } from '../../activities/index.js';
import { blockingQueue } from '../core/names.js';
import { ownWorkflowBundle } from './workflow-bundle.js';

/** Where and how many Perdure's own workers take. */
export interface OwnWorkerOptions {
  connection?: NativeConnection;
  namespace?: string;
  taskQueue: string;
  activities: PerdureActivities;
  /** Whether to serve the queue itself, not only the blocking one. */
  serve: boolean;
  /** How many blocking calls (`anchor.sessionAgent`) go on at once. Default 50. */
  blockingSlots?: number;
  /** How many other activities go on at once. Default 100. */
  slots?: number;
  /** How many workflows are kept in memory. Default: the SDK's, from the size of the heap. */
  maxCachedWorkflows?: number;
}

const longestStart = '90 seconds' as const;

/** Makes the workers of Perdure's own queues: workflows and short activities, and the calls that block. */
export async function createOwnWorkers(options: OwnWorkerOptions): Promise<Worker[]> {
  const { connection, namespace, taskQueue, activities, serve, blockingSlots = 50 } = options;
  const base = { connection, namespace, shutdownGraceTime: longestStart };
  const blocking = Worker.create({
    ...base,
    // A blocking call can outlast any grace; its worker's end is its end.
    shutdownGraceTime: '1 second' as const,
    taskQueue: blockingQueue(taskQueue),
    activities: { perdureRunBlocking: activities.perdureRunBlocking },
    maxConcurrentActivityTaskExecutions: blockingSlots,
  });
  if (!serve) return [await blocking];
  const own = Worker.create({
    ...base,
    taskQueue,
    activities,
    workflowBundle: await ownWorkflowBundle(),
    maxConcurrentActivityTaskExecutions: options.slots ?? 100,
    ...(options.maxCachedWorkflows !== undefined && { maxCachedWorkflows: options.maxCachedWorkflows }),
  });
  return Promise.all([own, blocking]);
}

/** Runs workers until `story` is over or one of them fails, then shuts all of them down. */
export async function runBeside(workers: Worker[], story: () => Promise<void>): Promise<void> {
  const running = workers.map((worker) => worker.run());
  const failed = Promise.all(running).then(() => new Promise<never>(() => undefined));
  try {
    await Promise.race([story(), failed]);
  } finally {
    for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
    await Promise.allSettled(running);
  }
}
