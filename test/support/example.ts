import type { ChildProcess } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { vi } from 'vitest';
import { z } from 'zod';
import type { HookWhere } from '../../src/simulator/hook.js';
import { PerdurePlugin } from '../../src/worker/plugin.js';
import { endProcess, openStage, type Stage, type StageOptions } from './stage.js';

const workerFile = path.resolve(import.meta.dirname, '../integration/fixtures/example-worker.mjs');

/** An example, and what its worker needs. */
export interface ExampleOptions extends StageOptions {
  /** The folder of the example. */
  name: string;
  schemas: Record<string, z.ZodType>;
  /** The worker's environment. */
  env?: Record<string, string>;
}

/** A stage on which the worker of an example can be killed. */
export interface Example extends Omit<Stage, 'close'> {
  readonly taskQueue: string;
  /** Kills the worker outright, where there is one, and has another take its place. */
  replaceWorker(): Promise<void>;
  /** Resolves once the worker was killed in the moment of this request, which is held meanwhile, and another is there. */
  killedAt(where: HookWhere): Promise<void>;
  /** Waits until the run of a step is running, and known to be. */
  untilRunning(key: string): Promise<void>;
  close(): Promise<void>;
}

const patient = { timeout: 90_000, interval: 200 };

/** Opens a stage whose worker is that of an example, from what was built; it is started by `replaceWorker`. */
export async function openExample(options: ExampleOptions): Promise<Example> {
  const { name, schemas, env = {} } = options;
  const stage = await openStage(options);
  const taskQueue = name;
  const workflowBundle = await bundleWorkflowCode({
    workflowsPath: path.resolve(import.meta.dirname, '../../examples', name, 'workflows.ts'),
    plugins: [new PerdurePlugin({ env: {}, accounts: {} })],
    logger: new DefaultLogger('WARN'),
  });
  const codePath = path.join(stage.home, `${name}.cjs`);
  await writeFile(codePath, workflowBundle.code);
  const { deployment, timeScale, accounts } = stage.workerOptions;
  const inJson = Object.fromEntries(Object.entries(schemas).map(([key, schema]) => [key, z.toJSONSchema(schema)]));
  const { address, home } = stage;
  const ofWorker = { address, codePath, taskQueue, deployment, timeScale, accounts, schemas: inJson, home, env };
  let worker: ChildProcess | undefined;
  const kill = async () => {
    if (worker) await endProcess(worker);
  };
  let replacing = Promise.resolve();
  const replaceWorker = () => {
    replacing = replacing.then(async () => {
      await kill();
      worker = await stage.forkWorker(workerFile, ofWorker);
    });
    return replacing;
  };
  return {
    ...stage,
    taskQueue,
    replaceWorker,
    killedAt: (where) =>
      new Promise((resolve, reject) => {
        stage.simulator.when({ ...where, times: 1 }, async () => {
          await kill();
          replaceWorker().then(resolve, reject);
        });
      }),
    untilRunning: async (key) => {
      const running = async () => (await stage.perdure.get(key).status()).status === 'running';
      await vi.waitUntil(() => running().catch(() => false), patient);
    },
    close: () => stage.close({ replayers: new Map([[taskQueue, { workflowBundle }]]) }),
  };
}
