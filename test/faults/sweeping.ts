import type { Client } from '@temporalio/client';
import { sweepId } from '../../src/core/names.js';
import type { SweepTask } from '../../src/core/sweep.js';
import { timings } from './pace.js';
import { deployment, type Tampering } from './test-worker.js';

const longAgo = new Date(0).toISOString();

/** Lets what is listed for a sweep look old: the provider's time goes faster than the worker's, so that ages say nothing. */
export const aged: Tampering = {
  driver: (driver) => ({
    ...driver,
    listMarked: async (of, call) =>
      (await driver.listMarked(of, call)).map((found) => ({ ...found, createdAt: longAgo })),
  }),
};

/** Sweeps these accounts once, and ends what is found. */
export async function sweepOnce(client: Client, taskQueue: string, accounts: string[]): Promise<void> {
  const { heartbeat, request, release } = timings;
  const task: SweepTask = {
    deployment,
    accounts,
    olderThanMs: 600_000,
    end: true,
    acceptCluster: false,
    timings: { heartbeat, request, release, backoff: { first: 20, max: 600 } },
  };
  await client.workflow.execute('sweep', {
    taskQueue,
    workflowId: `${sweepId(deployment)}/${accounts.join('+')}`,
    args: [task],
  });
}
