import { NativeConnection } from '@temporalio/worker';
import { createActivities, ProviderPool, WatchSpread } from '../../activities/index.js';
import { rememberCluster } from '../client/cluster.js';
import { findTarget, unreachable } from '../client/connection.js';
import { homeDeployment } from '../client/deployment.js';
import { dataConverterOf } from '../client/secret-settings.js';
import { loadSettings } from '../client/settings.js';
import type { TemporalTarget } from '../client/temporal-target.js';
import { workerTelemetry } from '../telemetry/worker-telemetry.js';
import { accountCheck, accountLookup, admitsKnown, limitLookup } from './accounts.js';
import { createOwnWorkers } from './own-workers.js';
import type { PerdurePluginOptions } from './plugin.js';
import { prepareFiles } from './prepare-files.js';
import { prepareQuestion } from './prepare-question.js';
import { prepareRun } from './prepare-run.js';
import { runBeside, type Runnable } from './run-beside.js';
import { workerSecrets } from './secrets.js';
import { sealWith } from './sealing.js';
import { sweepScope } from './sweep-scope.js';
import { tellingOf } from './telling.js';

/** What a worker of Perdure's alone needs. */
export interface RunWorkerOptions extends Omit<PerdurePluginOptions, 'serve'> {
  /** Default: the server that `TEMPORAL_*` names, else the embedded one of this home. */
  target?: TemporalTarget;
  /** How many short activities go on at once. Default 100. */
  slots?: number;
  maxCachedWorkflows?: number;
  /** Where the inbox is that links lead to, where `inbox.url` does not say it. */
  inboxUrl?: string;
}

/** A worker that is up. */
export interface RunningWorker {
  /** Settles when the worker has ended; rejects when it failed. */
  readonly done: Promise<void>;
  /** Takes no more work, waits for starts in flight, and ends. */
  stop(): Promise<void>;
}

/**
 * Starts a worker that serves Perdure's own queues, for those who have no worker of their own. With
 * `PERDURE_CODEC_KEYS`, all that it stores of runs in Temporal is encrypted.
 * @throws PerdureError `temporal-unreachable`, `config-invalid`.
 */
export async function startWorker(options: RunWorkerOptions = {}): Promise<RunningWorker> {
  const { env = process.env } = options;
  const settings = loadSettings(env, options);
  const secrets = workerSecrets(options, env, settings);
  const target = options.target ?? findTarget(env, settings);
  const connection = await connectNative(target);
  const lookUp = accountLookup(settings.accounts, secrets, options.accounts);
  const telemetry = workerTelemetry(options.tracing ?? true);
  const pool = new ProviderPool(lookUp, telemetry.observe);
  const taskQueue = settings.taskQueue.value;
  const deployment = () => settings.deployment.value ?? homeDeployment(settings.home.value);
  const limited = admitsKnown(settings.accounts, options.accounts);
  const prices = options.prices ?? settings.prices.value;
  const context = { deployment, taskQueue, timeScale: options.timeScale, limited, prices };
  const prepare = prepareRun(options.schemas ?? {}, context);
  const { blockingSlots, slots, maxCachedWorkflows } = options;
  const close = async () => {
    await pool.close();
    await connection.close();
  };
  try {
    const { workflowService } = connection;
    await rememberCluster({ workflowService, namespace: target.namespace }, settings.home.value);
    const spread = new WatchSpread();
    const workers = await createOwnWorkers({
      spread,
      connection,
      namespace: target.namespace,
      dataConverter: dataConverterOf(settings),
      taskQueue,
      activities: createActivities({
        spread,
        provider: (account) => pool.provider(account),
        limits: limitLookup(settings.accounts, options.accounts),
        secrets,
        seal: sealWith(settings),
        telling: tellingOf(settings, options.inboxUrl),
        scope: sweepScope(settings, options.accounts),
        prepare,
        prepareQuestion: prepareQuestion(options.schemas ?? {}, context),
        prepareFiles: prepareFiles(settings.files.value, options.timeScale),
      }),
      serve: true,
      blockingSlots,
      slots,
      maxCachedWorkflows,
      timeScale: options.timeScale,
      knows: accountCheck(lookUp),
      limits: limitLookup(settings.accounts, options.accounts),
      telemetry,
    });
    return keepRunning(workers, close);
  } catch (error) {
    await close();
    throw error;
  }
}

function keepRunning(workers: Runnable[], close: () => Promise<void>): RunningWorker {
  let end = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const done = runBeside(workers, { run: () => ended, stop: () => end() }).finally(close);
  // A failure is told to whoever waits for `done`; nobody has to.
  done.catch(() => undefined);
  return {
    done,
    stop: async () => {
      end();
      await done;
    },
  };
}

async function connectNative(target: TemporalTarget): Promise<NativeConnection> {
  try {
    return await NativeConnection.connect(target.connection);
  } catch (cause) {
    throw unreachable(target, cause);
  }
}
