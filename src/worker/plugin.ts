import {
  type BundleOptions,
  type BundlerPlugin,
  type ReplayWorkerOptions,
  Runtime,
  type Worker,
  type WorkerOptions,
  type WorkerPlugin,
} from '@temporalio/worker';
import {
  type AccountLookup,
  createActivities,
  type PerdureActivities,
  ProviderPool,
  WatchSpread,
} from '../../activities/index.js';
import { rememberCluster } from '../client/cluster.js';
import { homeDeployment } from '../client/deployment.js';
import { type Env, type Flags, loadSettings, type Settings } from '../client/settings.js';
import { PerdureError } from '../core/errors.js';
import type { Prices } from '../core/prices.js';
import { type WorkerTelemetry, workerTelemetry } from '../telemetry/worker-telemetry.js';
import { accountCheck, type Accounts, accountLookup, admitsKnown, limitLookup } from './accounts.js';
import { checkBundle, type WorkflowName, withExportCheck } from './export-check.js';
import { createOwnWorkers, longestStart, promptHeartbeats } from './own-workers.js';
import { prepareFiles } from './prepare-files.js';
import { prepareQuestion } from './prepare-question.js';
import { type NamedSchemas, prepareRun, type StepContext } from './prepare-run.js';
import { runBeside, type Runnable, stopWorker } from './run-beside.js';
import { assertSameSdk } from './same-sdk.js';
import { type WorkerSecrets, workerSecrets } from './secrets.js';
import { sealWith } from './sealing.js';
import { sweepScope } from './sweep-scope.js';
import { tellingOf } from './telling.js';
import { carryOverPath, observingPaths } from './workflow-bundle.js';

/** What a worker of Perdure's needs; what is left out comes from the environment and `perdure.config.yaml`. */
export interface PerdurePluginOptions extends Flags, WorkerSecrets {
  /** Schemas of results and answers, by the names that workflows use: zod or JSON Schema. */
  schemas?: NamedSchemas;
  /** Accounts by name, or a function. Default: the configured ones. */
  accounts?: Accounts;
  /** What budgets count money by. Default: the configured ones. */
  prices?: Prices;
  /** Whether this worker also serves Perdure's own task queue. Default true. */
  serve?: boolean;
  /** How many blocking calls (`anchor.sessionAgent`) go on at once. Default 50. */
  blockingSlots?: number;
  /** Open runs of an account that one watcher looks at, in one tick after the other, before another helps it. Default 150. */
  runsPerWatcher?: number;
  /**
   * Whether runs are traced, wherever an OpenTelemetry SDK is registered: from the client that starts them to the
   * provider's answers. Default true; without an SDK nothing is traced, and nothing is paid for it.
   */
  tracing?: boolean;
  /** Multiplies every timing of the steps that this worker checks; for tests. Default 1. */
  timeScale?: number;
  /** Default `process.env`. */
  env?: Env;
}

/**
 * Adds Perdure to a worker of the user's own: its activities beside the user's, and workers of Perdure's own queues on
 * the same connection. The workflows file has to re-export `agentRun` from `perdure/workflow`, and `account`,
 * `batchRun`, `notice`, `plan` and `watcher` too where the worker serves Perdure's own queue; it refuses to start without
 * (`workflows-not-exported`). Unless the worker says otherwise, its `shutdownGraceTime` becomes 90
 * seconds, so that no start is cut off. The worker's data converter stays as it is, and Perdure's own workers have the
 * same: to encrypt, give the worker, its bundle and the clients `encryptingConverter(…)`; `PERDURE_CODEC_KEYS` alone
 * changes nothing here.
 * @throws PerdureError `config-invalid` at once; `workflows-not-exported`, `activity-name-taken`, `sdk-copies` from
 * `Worker.create`.
 */
export class PerdurePlugin implements WorkerPlugin, BundlerPlugin {
  readonly name = 'perdure';
  readonly #options: PerdurePluginOptions;
  readonly #settings: Settings;
  readonly #lookUp: AccountLookup;
  readonly #pool: ProviderPool;
  readonly #telemetry: WorkerTelemetry;
  readonly #activities: PerdureActivities;
  readonly #spread: WatchSpread;
  /** The workflows that the worker's file has to export. */
  #needed: WorkflowName[] = ['agentRun'];
  #running = 0;

  constructor(options: PerdurePluginOptions = {}) {
    const { env = process.env } = options;
    this.#options = options;
    this.#settings = loadSettings(env, options);
    const secrets = workerSecrets(options, env, this.#settings);
    this.#lookUp = accountLookup(this.#settings.accounts, secrets, options.accounts);
    this.#telemetry = workerTelemetry(options.tracing ?? true);
    this.#pool = new ProviderPool(this.#lookUp, this.#telemetry.observe);
    const { schemas = {}, timeScale } = options;
    const context: StepContext = {
      prices: options.prices ?? this.#settings.prices.value,
      deployment: () => this.#settings.deployment.value ?? homeDeployment(this.#settings.home.value),
      taskQueue: this.#settings.taskQueue.value,
      timeScale,
      limited: admitsKnown(this.#settings.accounts, options.accounts),
    };
    this.#spread = new WatchSpread(options.runsPerWatcher);
    this.#activities = createActivities({
      spread: this.#spread,
      provider: (account) => this.#pool.provider(account),
      limits: limitLookup(this.#settings.accounts, options.accounts),
      secrets,
      seal: sealWith(this.#settings),
      telling: tellingOf(this.#settings),
      scope: sweepScope(this.#settings, options.accounts),
      prepare: prepareRun(schemas, context),
      prepareQuestion: prepareQuestion(schemas, context),
      prepareFiles: prepareFiles(this.#settings.files.value, timeScale),
    });
  }

  async configureWorker(options: WorkerOptions): Promise<WorkerOptions> {
    const { workflowBundle, activities, taskQueue, shutdownGraceTime = longestStart, connection } = options;
    assertSameSdk({ connection });
    const servesOwn = taskQueue === this.#settings.taskQueue.value;
    // What the runs of an account share is served by the worker of Perdure's own queue.
    if (servesOwn) this.#needed = ['agentRun', 'account', 'batchRun', 'notice', 'plan', 'watcher'];
    if (workflowBundle) await checkBundle(workflowBundle, this.#needed);
    return {
      ...(servesOwn && promptHeartbeats),
      ...this.#telemetry.addTo(options),
      shutdownGraceTime,
      activities: addActivities(activities, this.#activities),
    };
  }

  configureReplayWorker(options: ReplayWorkerOptions): ReplayWorkerOptions {
    return this.#telemetry.addTo(options);
  }

  configureBundler(options: BundleOptions): BundleOptions {
    const { workflowInterceptorModules = [] } = options;
    const modules = [...workflowInterceptorModules, carryOverPath, ...observingPaths];
    return withExportCheck({ ...options, workflowInterceptorModules: modules }, this.#needed);
  }

  async runWorker(worker: Worker, next: (worker: Worker) => Promise<void>): Promise<void> {
    assertSameSdk({ worker });
    this.#running += 1;
    this.#warnOfNoAccounts();
    // At once, since a worker that is not running yet can't be told to end.
    const running = next(worker);
    const stop = () => stopWorker(worker);
    try {
      const own = await this.#ownWorkers(worker.options).catch(async (error: unknown) => {
        stop();
        await Promise.allSettled([running]);
        throw error;
      });
      await runBeside(own, { run: () => running, stop });
    } finally {
      this.#running -= 1;
      // Not awaited: a worker that others share may be in a call that lasts for hours.
      if (this.#running === 0) void this.#pool.close();
    }
  }

  /** Beside a worker that has accounts, this one would fail the starts that it takes. */
  #warnOfNoAccounts(): void {
    if (this.#options.accounts || this.#settings.accounts.length > 0) return;
    Runtime.instance().logger.warn(
      'This worker of Perdure has no account: every start that it takes fails. Set ANCHORBROWSER_API_KEY or BROWSERBASE_API_KEY where it runs, or give it accounts.',
    );
  }

  /** Workers of Perdure's own queues, at the same server and with the same encoding as the user's. */
  async #ownWorkers({ connection, namespace, dataConverter, taskQueue }: Worker['options']): Promise<Runnable[]> {
    const { serve = true, blockingSlots, timeScale } = this.#options;
    const { workflowService } = connection ?? {};
    if (workflowService) await rememberCluster({ workflowService, namespace }, this.#settings.home.value);
    const ownQueue = this.#settings.taskQueue.value;
    return createOwnWorkers({
      connection,
      namespace,
      dataConverter,
      taskQueue: ownQueue,
      activities: this.#activities,
      spread: this.#spread,
      serve: serve && taskQueue !== ownQueue,
      blockingSlots,
      timeScale,
      knows: accountCheck(this.#lookUp),
      limits: limitLookup(this.#settings.accounts, this.#options.accounts),
      telemetry: this.#telemetry,
    });
  }
}

function addActivities(own: WorkerOptions['activities'], ours: PerdureActivities): object {
  const taken = Object.keys(ours).find((name) => own && (own instanceof Map ? own.has(name) : name in own));
  if (taken) {
    throw new PerdureError({
      code: 'activity-name-taken',
      message: `The worker has an activity '${taken}' already.`,
      hint: 'Names that begin with perdure are kept for Perdure; give the plugin only once.',
    });
  }
  return { ...(own instanceof Map ? Object.fromEntries(own) : own), ...ours };
}
