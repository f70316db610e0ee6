import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openClient } from '../../client/connection.js';
import { Perdure } from '../../client/perdure.js';
import type { Env } from '../../client/settings.js';
import type { TemporalTarget } from '../../client/temporal-target.js';
import { type Simulator, startSimulator } from '../../simulator/index.js';
import { startEmbeddedServer } from '../../worker/embedded/server.js';
import { ownWorkflowBundle } from '../../worker/workflow-bundle.js';
import { Closing } from '../closing.js';
import { type DemoWorker, workerInChild, workerInProcess } from './worker.js';

/** Everything that the demo's runs need, all of it its own. */
export interface Stage {
  perdure: Perdure;
  simulator: Simulator;
  worker: DemoWorker;
  /** Ends all of it and removes its files. */
  close(): Promise<void>;
}

/** What a stage is set up with. */
export interface StageOptions {
  env: Env;
  seed: number;
  /** Milliseconds before each answer of the simulated providers. */
  delayMs: number;
  /** Whether the worker is a process of its own, which can be killed. */
  killable: boolean;
  /** Told in one line what was set up. */
  log(line: string): void;
}

/** Where the demo's workers and clients meet. */
export const demoFlags = { deployment: 'demo', taskQueue: 'perdure-demo' } as const;

/** Sets up a Temporal server, the simulated providers, a worker and a client; nothing is left when it fails. */
export async function openStage(options: StageOptions): Promise<Stage> {
  const closing = new Closing();
  try {
    return { ...(await setUp(options, closing)), close: () => closing.close() };
  } catch (error) {
    await closing.close();
    throw error;
  }
}

async function setUp(options: StageOptions, closing: Closing): Promise<Omit<Stage, 'close'>> {
  const { env, seed, delayMs, killable, log } = options;
  // Needs no server, and takes as long as the server's start.
  if (!killable) ownWorkflowBundle().catch(() => undefined);
  const home = await mkdtemp(path.join(tmpdir(), 'perdure-demo-'));
  closing.add(() => rm(home, { recursive: true, force: true, maxRetries: 3 }));
  // An empty file keeps the configuration of the working folder out.
  const config = path.join(home, 'perdure.config.yaml');
  await writeFile(config, '');
  const server = await startEmbeddedServer({ home, port: 0, uiPort: 0, log, env });
  closing.add(() => server.discard());
  log(server.summary);
  const simulator = await startSimulator({ seed, latencyMs: delayMs });
  closing.add(() => simulator.close());
  log(`Simulated providers at ${simulator.url}${delayMs > 0 ? `, each answer delayed by ${delayMs} ms` : ''}`);
  const target = targetAt(server.address);
  const parts = { env: withoutOwn(env), home, config, target, simulator };
  const worker = killable ? await workerInChild(parts) : await workerInProcess(parts);
  closing.add(() => worker.stop());
  log(`Worker in ${worker.where}`);
  const client = await openClient(target);
  const close = () => client.connection.close();
  closing.add(close);
  const perdure = new Perdure({
    client,
    home,
    taskQueue: demoFlags.taskQueue,
    deployment: () => demoFlags.deployment,
    close,
  });
  return { perdure, simulator, worker };
}

function targetAt(address: string): TemporalTarget {
  return { kind: 'embedded', address, namespace: 'default', connection: { address }, from: 'the demo' };
}

/** Without what would lead to other servers, accounts and settings. */
function withoutOwn(env: Env): Env {
  const own = /^(PERDURE|TEMPORAL|ANCHOR|ANCHORBROWSER|BROWSERBASE)_/;
  return Object.fromEntries(Object.entries(env).filter(([name]) => !own.test(name) || name === 'PERDURE_LOG_LEVEL'));
}
