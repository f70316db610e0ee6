import { NativeConnection, Worker } from '@temporalio/worker';
import { createActivities, ProviderPool, WatchSpread } from '../../activities/index.js';
import { loadSettings } from '../../src/client/settings.js';
import type { TemporalTarget } from '../../src/client/temporal-target.js';
import { blockingQueue } from '../../src/core/names.js';
import { environmentSecrets } from '../../src/secrets/resolver.js';
import { accountLookup } from '../../src/worker/accounts.js';
import { longestStart } from '../../src/worker/own-workers.js';
import type { RunningWorker } from '../../src/worker/run-worker.js';
import { sealWith } from '../../src/worker/sealing.js';
import { BenchError } from '../bench-error.js';
import type { WorkerSetting } from '../stage/worker-setting.js';
import { stepActivities } from '../steps/activities.js';
import { loopActivities } from './look.js';

/** Starts a worker like Perdure's own, of the same parts and with the same options, whose runs wait by the plain loop. */
export async function startLoopWorker(setting: WorkerSetting, target: TemporalTarget): Promise<RunningWorker> {
  const { taskQueue, home, accounts, bundle = '', slots = 100, cache } = setting;
  const connection = await NativeConnection.connect(target.connection);
  const secrets = environmentSecrets({});
  const pool = new ProviderPool(accountLookup([], secrets, accounts));
  const provider = (account: string) => pool.provider(account);
  const own = createActivities({
    provider,
    limits: () => Promise.resolve({}),
    secrets,
    spread: new WatchSpread(),
    seal: sealWith(loadSettings({}, { home })),
    scope: { deployment: () => '', accounts: () => [], assertCluster: () => Promise.resolve() },
    prepare: refuseSteps,
    prepareQuestion: refuseSteps,
    prepareFiles: refuseSteps,
  });
  const base = { connection, namespace: target.namespace };
  const blocking = await Worker.create({
    ...base,
    shutdownGraceTime: '1 second',
    taskQueue: blockingQueue(taskQueue),
    activities: { perdureRunBlocking: own.perdureRunBlocking },
    maxConcurrentActivityTaskExecutions: 50,
  });
  const worker = await Worker.create({
    ...base,
    shutdownGraceTime: longestStart,
    stickyQueueScheduleToStartTimeout: '3 seconds',
    taskQueue,
    activities: { ...own, ...loopActivities(provider), ...stepActivities(provider) },
    workflowBundle: { codePath: bundle },
    maxConcurrentActivityTaskExecutions: slots,
    ...(cache !== undefined && { maxCachedWorkflows: cache }),
  });
  const done = Promise.all([worker.run(), blocking.run()]).then(async () => {
    await pool.close();
    await connection.close();
  });
  const stop = async () => {
    for (const one of [worker, blocking]) if (one.getState() === 'RUNNING') one.shutdown();
    await done;
  };
  return { done, stop };
}

function refuseSteps(): never {
  throw new BenchError('The bench starts no steps of workflows.');
}
