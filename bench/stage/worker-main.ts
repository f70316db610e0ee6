import { DefaultLogger, makeTelemetryFilterString, Runtime } from '@temporalio/worker';
import { externalTarget, type TemporalTarget } from '../../src/client/temporal-target.js';
import { type RunningWorker, startWorker } from '../../src/worker/run-worker.js';
import { BenchError } from '../bench-error.js';
import { startLoopWorker } from '../loop/worker.js';
import { startUserWorker } from '../steps/worker.js';
import { endWithParent } from './child.js';
import type { WorkerSetting } from './worker-setting.js';

Runtime.install({
  logger: new DefaultLogger('ERROR'),
  telemetryOptions: { logging: { filter: makeTelemetryFilterString({ core: 'ERROR', other: 'ERROR' }) } },
  shutdownSignals: [],
});
const setting = JSON.parse(process.argv[2] ?? '{}') as WorkerSetting;
const target = externalTarget(process.env);
if (!target) throw new BenchError('The worker was not told of a Temporal server.');
const worker = await startEither(target);
endWithParent(() => worker.stop());
worker.done.catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exit(1);
});
process.send?.({ ready: true });

function startEither(target: TemporalTarget): Promise<RunningWorker> {
  if (setting.workflows !== undefined) return startUserWorker(setting, target);
  if (setting.bundle !== undefined) return startLoopWorker(setting, target);
  const { cache: maxCachedWorkflows, ...options } = setting;
  return startWorker({ ...options, target, env: {}, maxCachedWorkflows });
}
