import { NativeConnection, Worker } from '@temporalio/worker';
import type { TemporalTarget } from '../../src/client/temporal-target.js';
import { PerdurePlugin } from '../../src/worker/plugin.js';
import type { RunningWorker } from '../../src/worker/run-worker.js';
import type { WorkerSetting } from '../stage/worker-setting.js';

/** Starts a worker as users have it: with their workflows, and the plugin. */
export async function startUserWorker(setting: WorkerSetting, target: TemporalTarget): Promise<RunningWorker> {
  const { taskQueue, home, deployment, accounts, workflows = '' } = setting;
  const connection = await NativeConnection.connect(target.connection);
  const worker = await Worker.create({
    connection,
    namespace: target.namespace,
    taskQueue,
    workflowsPath: workflows,
    plugins: [new PerdurePlugin({ env: {}, home, deployment, taskQueue, accounts })],
  });
  const done = worker.run().finally(() => connection.close());
  const stop = async () => {
    if (worker.getState() === 'RUNNING') worker.shutdown();
    await done;
  };
  return { done, stop };
}
