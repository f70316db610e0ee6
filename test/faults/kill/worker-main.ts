import { NativeConnection } from '@temporalio/worker';
import { quietRuntime } from '../quiet-runtime.js';
import { aged } from '../sweeping.js';
import { createTestWorkers } from '../test-worker.js';
import { pointsOf } from './points.js';
import type { FromWorker, WorkerSetting } from './worker-setting.js';

const setting = JSON.parse(process.argv[2] ?? '{}') as WorkerSetting;
const tell = (message: FromWorker) => process.send?.(message);
let armed = setting.point;

/** Holds the worker at the point that it is to be struck at, until its parent lets it go on. */
async function pass(point: string): Promise<void> {
  if (point !== armed) return;
  armed = undefined;
  const released = told();
  tell({ at: point });
  await released;
}

/** The next word of its parent. */
function told(): Promise<void> {
  return new Promise((resolve) => void process.once('message', () => resolve()));
}

quietRuntime();
const connection = await NativeConnection.connect({ address: setting.address });
const workers = await createTestWorkers({
  connection,
  taskQueue: setting.taskQueue,
  account: (name) => setting.accounts[name],
  tampering: [pointsOf(pass), aged],
  workflowBundle: { codePath: setting.bundle },
});
process.once('disconnect', () => process.exit());
const begins = setting.spare ? told() : Promise.resolve();
tell({ ready: true });
await begins;
await Promise.all(workers.map((worker) => worker.run()));
