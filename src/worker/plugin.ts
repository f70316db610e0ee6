import type {
  BundleOptions,
  BundlerPlugin,
  NativeConnection,
  Worker,
  WorkerOptions,
  WorkerPlugin,
} from '@temporalio/worker';
import { createActivities, type PerdureActivities, ProviderPool } from '../../activities/index.js';
import { homeDeployment } from '../client/deployment.js';
import { type Env, type Flags, loadSettings, type Settings } from '../client/settings.js';
import { PerdureError } from '../core/errors.js';
import { environmentSecrets, type SecretResolver } from '../secrets/resolver.js';
import { type Accounts, accountLookup } from './accounts.js';
import { withExportCheck } from './export-check.js';
import { createOwnWorkers, runBeside } from './own-workers.js';
import { type NamedSchemas, prepareRun } from './prepare-run.js';

/** What a worker of Perdure's needs; what is left out comes from the environment and `perdure.config.yaml`. */
export interface PerdurePluginOptions extends Flags {
  /** Schemas of results and answers, by the names that workflows use: zod or JSON Schema. */
  schemas?: NamedSchemas;
  /** Accounts by name, or a function. Default: the configured ones. */
  accounts?: Accounts;
  /** Where secret references are looked up. Default: environment variables. */
  secrets?: SecretResolver;
  /** Whether this worker also serves Perdure's own task queue. Default true. */
  serve?: boolean;
  /** How many blocking calls (`anchor.sessionAgent`) go on at once. Default 50. */
  blockingSlots?: number;
  /** Multiplies every timing of the steps that this worker checks; for tests. Default 1. */
  timeScale?: number;
  /** Default `process.env`. */
  env?: Env;
}

/**
 * Adds Perdure to a worker of the user's own: its activities beside the user's, and workers of Perdure's own queues on
 * the same connection. The workflows file has to re-export `agentRun` from `perdure/workflow`; the worker refuses to
 * start without it (`workflows-not-exported`).
 */
export class PerdurePlugin implements WorkerPlugin, BundlerPlugin {
  readonly name = 'perdure';
  readonly #options: PerdurePluginOptions;
  readonly #settings: Settings;
  readonly #pool: ProviderPool;
  readonly #activities: PerdureActivities;
  #connection: NativeConnection | undefined;
  #namespace: string | undefined;
  #taskQueue: string | undefined;

  constructor(options: PerdurePluginOptions = {}) {
    const { env = process.env, secrets = environmentSecrets(env) } = options;
    this.#options = options;
    this.#settings = loadSettings(env, options);
    this.#pool = new ProviderPool(accountLookup(this.#settings.accounts, secrets, options.accounts));
    this.#activities = createActivities({
      provider: (account) => this.#pool.provider(account),
      secrets,
      prepare: prepareRun(options.schemas ?? {}, {
        deployment: () => this.#settings.deployment.value ?? homeDeployment(this.#settings.home.value),
        taskQueue: this.#settings.taskQueue.value,
        timeScale: options.timeScale,
      }),
    });
  }

  configureWorker(options: WorkerOptions): WorkerOptions {
    this.#connection = options.connection;
    this.#namespace = options.namespace;
    this.#taskQueue = options.taskQueue;
    return { ...options, activities: addActivities(options.activities, this.#activities) };
  }

  configureBundler(options: BundleOptions): BundleOptions {
    return withExportCheck(options);
  }

  async runWorker(worker: Worker, next: (worker: Worker) => Promise<void>): Promise<void> {
    const taskQueue = this.#settings.taskQueue.value;
    const own = await createOwnWorkers({
      connection: this.#connection,
      namespace: this.#namespace,
      taskQueue,
      activities: this.#activities,
      serve: (this.#options.serve ?? true) && this.#taskQueue !== taskQueue,
      blockingSlots: this.#options.blockingSlots,
    });
    try {
      await runBeside(own, () => next(worker));
    } finally {
      await this.#pool.close();
    }
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
