import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Env } from '../../client/settings.js';
import type { TemporalTarget } from '../../client/temporal-target.js';
import { PerdureError } from '../../core/errors.js';
import type { Simulator } from '../../simulator/index.js';
import { startWorker } from '../../worker/index.js';
import { simulatedAccounts, simulatedEnv } from '../simulated.js';
import { demoFlags } from './stage.js';

/** The demo's worker. */
export interface DemoWorker {
  /** For people. */
  where: string;
  /** Kills it without warning and starts another. */
  replace?: () => Promise<string>;
  /** Whether it was replaced. */
  wasReplaced(): boolean;
  /** Rejects when it fails by itself. */
  failed: Promise<never>;
  stop(): Promise<void>;
}

/** What a worker of the demo's is started with. */
export interface WorkerParts {
  env: Env;
  home: string;
  config: string;
  target: TemporalTarget;
  simulator: Simulator;
}

/** A worker in this process. */
export async function workerInProcess({ env, home, config, target, simulator }: WorkerParts): Promise<DemoWorker> {
  const accounts = simulatedAccounts(simulator);
  const worker = await startWorker({ ...demoFlags, env, home, config, target, accounts });
  const failed = worker.done.then(() => new Promise<never>(() => undefined));
  failed.catch(() => undefined);
  return { where: 'this process', failed, wasReplaced: () => false, stop: () => worker.stop() };
}

/** A worker in a process of its own, `perdure up`, which can be killed; it ends with this process. */
export async function workerInChild(parts: WorkerParts): Promise<DemoWorker> {
  let fail: (error: unknown) => void = () => undefined;
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  failed.catch(() => undefined);
  const expected = new WeakSet<ChildProcess>();
  const start = async () => {
    const { child, words } = await startChild(parts);
    child.once('close', (code) => expected.has(child) || fail(childFailed(code, words())));
    return child;
  };
  const first = await start();
  let child = first;
  return {
    where: `process ${first.pid}`,
    failed,
    wasReplaced: () => child !== first,
    replace: async () => {
      const killed = child;
      expected.add(killed);
      killed.kill('SIGKILL');
      await once(killed, 'exit');
      child = await start();
      return `Killed the worker, process ${killed.pid}; another took over: process ${child.pid}`;
    },
    stop: async () => {
      expected.add(child);
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.disconnect();
      await once(child, 'exit');
    },
  };
}

interface StartedChild {
  child: ChildProcess;
  /** The last that it wrote to stderr. */
  words(): string;
}

const mostWords = 2_000;

/** In a process group of its own, so that Ctrl-C reaches this process alone, which still needs the worker to clean up. */
async function startChild({ env, home, config, target, simulator }: WorkerParts): Promise<StartedChild> {
  const child = fork(fileURLToPath(new URL('../main.js', import.meta.url)), ['up', '--json'], {
    cwd: home,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: {
      ...env,
      ...simulatedEnv(simulator),
      TEMPORAL_ADDRESS: target.address,
      // An empty file keeps the profiles of this user out.
      TEMPORAL_CONFIG_FILE: config,
      PERDURE_HOME: home,
      PERDURE_DEPLOYMENT: demoFlags.deployment,
      PERDURE_TASK_QUEUE: demoFlags.taskQueue,
    },
  });
  let said = '';
  child.stderr?.on('data', (data: Buffer) => {
    said = `${said}${data.toString()}`.slice(-mostWords);
  });
  const ended = once(child, 'close').then(([code]) => {
    throw childFailed(code as number | null, said);
  });
  await Promise.race([untilUp(child), ended]);
  ended.catch(() => undefined);
  return { child, words: () => said };
}

/** A worker that fails to start prints why, in the place of what it serves. */
async function untilUp({ stdout }: ChildProcess): Promise<void> {
  const lines = stdout ? createInterface(stdout) : [];
  for await (const line of lines) if (line.includes('"address"')) return;
  await new Promise(() => undefined);
}

function childFailed(code: number | null, words: string): PerdureError {
  return new PerdureError({ code: 'internal', message: `The demo's worker ended with exit ${code}: ${words.trim()}` });
}
