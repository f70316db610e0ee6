import type { NativeConnection, WorkerOptions } from '@temporalio/worker';
import type { PerdureActivities, WatchSpread } from '../../activities/index.js';
import type { Limits } from '../core/admission.js';
import { isPerdureError } from '../core/errors.js';
import { blockingQueue } from '../core/names.js';
import type { WorkerTelemetry } from '../telemetry/worker-telemetry.js';
import { checkSearchAttributes } from './embedded/search-attributes.js';
import { betweenChecks, Healing } from './healing.js';
import { discard, type Runnable } from './run-beside.js';
import { shareWorker } from './shared-worker.js';
import { ownWorkflowBundle } from './workflow-bundle.js';

/** Where and how many Perdure's own workers take. */
export interface OwnWorkerOptions {
  connection?: NativeConnection;
  namespace?: string;
  /** How what they carry is encoded: as the runs' other parties do. */
  dataConverter?: WorkerOptions['dataConverter'];
  taskQueue: string;
  activities: PerdureActivities;
  /** The one of the activities. */
  spread: WatchSpread;
  /** Whether to serve the queue itself, not only the blocking one. */
  serve: boolean;
  /** How many blocking calls (`anchor.sessionAgent`) go on at once. Default 50. */
  blockingSlots?: number;
  /** How many other activities go on at once. Default 100. */
  slots?: number;
  /** How many workflows are kept in memory. Default: the SDK's, from the size of the heap. */
  maxCachedWorkflows?: number;
  /** Whether the worker has an account. */
  knows: (account: string) => Promise<boolean>;
  /** What an account allows. */
  limits: (account: string) => Promise<Limits>;
  telemetry: WorkerTelemetry;
  /** Multiplies the pause between two checks that every open run is watched; for tests. Default 1. */
  timeScale?: number;
}

/**
 * Perdure's activities pace their heartbeats themselves. Held back for four fifths of their time-out, as the SDK does, a
 * beat that is a little late would be taken for a dead worker.
 */
export const promptHeartbeats = { maxHeartbeatThrottleInterval: '500 ms' } as const;

/** How long a worker that ends waits for its starts: one that is cut off is a start of which nobody knows. */
export const longestStart = '90 seconds' as const;

/** Makes the workers of Perdure's own queues: workflows and short activities, and the calls that block. */
export async function createOwnWorkers(options: OwnWorkerOptions): Promise<Runnable[]> {
  const { connection, namespace, dataConverter, taskQueue, activities, serve, blockingSlots = 50 } = options;
  const terms: Partial<WorkerOptions> = { connection, namespace, dataConverter, ...promptHeartbeats };
  const base = options.telemetry.addTo(terms);
  if (connection) await refuseBareNamespace(connection, namespace ?? 'default');
  const blocking = await shareWorker({
    ...base,
    // A blocking call can outlast any grace; its worker's end is its end.
    shutdownGraceTime: '1 second',
    taskQueue: blockingQueue(taskQueue),
    activities: { perdureRunBlocking: activities.perdureRunBlocking },
    maxConcurrentActivityTaskExecutions: blockingSlots,
  });
  const healing = connection ? [healingOf(connection, options)] : [];
  if (!serve) return [blocking, ...healing];
  try {
    const own = await shareWorker({
      ...base,
      shutdownGraceTime: longestStart,
      // What a killed worker leaves is given to the next one after so long.
      stickyQueueScheduleToStartTimeout: '3 seconds',
      taskQueue,
      activities,
      workflowBundle: await ownWorkflowBundle(dataConverter),
      maxConcurrentActivityTaskExecutions: options.slots ?? 100,
      ...(options.maxCachedWorkflows !== undefined && { maxCachedWorkflows: options.maxCachedWorkflows }),
    });
    return [own, blocking, ...healing];
  } catch (error) {
    await discard(blocking);
    throw error;
  }
}

const shortestBetweenChecks = 5_000;

function healingOf(connection: NativeConnection, options: OwnWorkerOptions): Healing {
  const { namespace, dataConverter, taskQueue, knows, limits, spread, telemetry, timeScale = 1 } = options;
  const { meter } = telemetry;
  const everyMs = Math.max(shortestBetweenChecks, betweenChecks * timeScale);
  return new Healing({ connection, namespace, dataConverter, taskQueue, knows, limits, spread, meter, everyMs });
}

/** Without the search attributes every task of a run would fail, unseen. Where the server does not tell, it is taken on trust. */
async function refuseBareNamespace(connection: NativeConnection, namespace: string): Promise<void> {
  try {
    await checkSearchAttributes(connection, namespace);
  } catch (error) {
    if (isPerdureError(error, 'search-attributes-missing')) throw error;
  }
}
