import { tmpdir } from 'node:os';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  bundleWorkflowCode,
  DefaultLogger,
  type NativeConnection,
  Worker,
  type WorkflowBundleOption,
} from '@temporalio/worker';
import { createActivities, type PerdureActivities, ProviderPool, WatchSpread } from '../../activities/index.js';
import { blockingQueue } from '../../src/core/names.js';
import type { EndpointDriver, Provider } from '../../src/providers/provider.js';
import { environmentSecrets } from '../../src/secrets/resolver.js';
import { type AccountOptions, accountLookup } from '../../src/worker/accounts.js';
import { Healing } from '../../src/worker/healing.js';
import { promptHeartbeats } from '../../src/worker/own-workers.js';
import type { Runnable } from '../../src/worker/run-beside.js';
import { prepareFiles } from '../../src/worker/prepare-files.js';
import { prepareQuestion } from '../../src/worker/prepare-question.js';
import { prepareRun } from '../../src/worker/prepare-run.js';
import { carryOverPath, ownWorkflowsPath, withShortStacks } from '../../src/worker/workflow-bundle.js';
import { scale } from './pace.js';

/** Part of every mark that a test worker makes. */
export const deployment = 'faults';

/** Milliseconds between two checks of what is watched. */
const betweenChecks = 4_000;

/** What stands between a test worker and what it does: faults of the worker itself, and planted defects. */
export interface Tampering {
  driver?: (driver: EndpointDriver, options: AccountOptions, account: string) => EndpointDriver;
  activities?: (activities: PerdureActivities) => PerdureActivities;
  /** Changes the code of the workflows. */
  workflows?: (code: string) => string;
}

export interface TestWorkerOptions {
  connection: NativeConnection;
  taskQueue: string;
  /** The account of that name. */
  account: (name: string) => AccountOptions | undefined;
  tampering?: readonly Tampering[];
  workflowBundle?: WorkflowBundleOption;
  /** Where files of sessions are saved. Default: the folder of the machine for what does not last. */
  files?: string;
}

/** Workers of Perdure's own queues, made of the parts that a real one is made of, with what tampers with them. */
export async function createTestWorkers(options: TestWorkerOptions): Promise<Runnable[]> {
  const { connection, taskQueue, account, tampering = [] } = options;
  const secrets = environmentSecrets({});
  const pool = new ProviderPool(accountLookup([], secrets, account));
  const provider = async (name: string) => tamperedProvider(await pool.provider(name), account(name), tampering);
  const scope = { deployment: () => deployment, accounts: () => [], assertCluster: () => Promise.resolve() };
  const limits = async (name: string) => account(name)?.limits ?? {};
  // Few runs, and yet several watchers.
  const spread = new WatchSpread(1);
  const own = createActivities({
    spread,
    provider,
    limits,
    secrets,
    seal: () => 'sealed',
    scope,
    prepare: prepareRun({}, { deployment: () => deployment, taskQueue, timeScale: scale }),
    prepareQuestion: prepareQuestion({}, { deployment: () => deployment, taskQueue, timeScale: scale }),
    prepareFiles: prepareFiles(options.files ?? tmpdir(), scale),
  });
  const activities = tampering.reduce((made, one) => one.activities?.(made) ?? made, own);
  const base = { connection, shutdownGraceTime: '1 second', ...promptHeartbeats } as const;
  const blocking = await Worker.create({
    ...base,
    taskQueue: blockingQueue(taskQueue),
    activities: { perdureRunBlocking: activities.perdureRunBlocking },
    maxConcurrentActivityTaskExecutions: 200,
  });
  const worker = await Worker.create({
    ...base,
    taskQueue,
    activities,
    workflowBundle: options.workflowBundle ?? (await bundleOf(tampering)),
    maxConcurrentActivityTaskExecutions: 400,
    maxConcurrentWorkflowTaskExecutions: 100,
    maxCachedWorkflows: 400,
  });
  const knows = async (name: string) => account(name) !== undefined;
  return [worker, blocking, new Healing({ connection, taskQueue, knows, limits, spread, everyMs: betweenChecks })];
}

let bundled: Promise<{ code: string }> | undefined;

/** Perdure's workflows and those of a user, with what tampers with them. */
export async function bundleOf(tampering: readonly Tampering[] = []): Promise<{ code: string }> {
  bundled ??= bundleWorkflowCode({
    workflowsPath: usersWorkflows,
    preloadModules: [ownWorkflowsPath],
    workflowInterceptorModules: [carryOverPath],
    logger: new DefaultLogger('ERROR'),
  });
  const { code } = await bundled;
  return withShortStacks({ code: tampering.reduce((made, one) => one.workflows?.(made) ?? made, code) });
}

/** Compiled, or as source where the harness runs from its sources. */
const usersWorkflows = ['js', 'ts']
  .map((extension) => fileURLToPath(new URL(`./workflows.${extension}`, import.meta.url)))
  .find((file) => existsSync(file)) as string;

function tamperedProvider(
  provider: Provider,
  account: AccountOptions | undefined,
  tampering: readonly Tampering[],
): Provider {
  if (!account) return provider;
  return {
    name: provider.name,
    account: provider.account,
    driver: (endpoint) => {
      const driver = provider.driver(endpoint);
      // A driver is tampered with as one of any endpoint; the one that comes out is of the same endpoint.
      const any = driver as unknown as EndpointDriver;
      return tampering.reduce(
        (made, one) => one.driver?.(made, account, provider.account) ?? made,
        any,
      ) as unknown as typeof driver;
    },
    files: (...given) => provider.files(...given),
    fetchFile: (...given) => provider.fetchFile(...given),
    close: () => provider.close(),
  };
}
