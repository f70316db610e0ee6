import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { connect } from '../../src/client/connect.js';
import { browserbase } from '../../src/core/builders.js';
import { type RunWorkerOptions, startWorker } from '../../src/worker/run-worker.js';
import type { Life, Sample } from './memory.js';

const betweenSamples = 1_000;

/** What the client of the long batch is told. */
export interface ClientTask {
  address: string;
  items: string;
  results: string;
  window: number;
  timeScale: number;
}

/** A client or a worker in a process of its own. */
export interface Actor {
  process: ChildProcess;
  life: Life;
  /** Its last words: the client's report. */
  report?: unknown;
  kill(): Promise<void>;
}

/** Starts an actor; it is up when this resolves. */
export async function startActor(who: Life['who'], task: ClientTask | RunWorkerOptions): Promise<Actor> {
  const main = fileURLToPath(new URL('./main.js', import.meta.url));
  const child = fork(main, [who, JSON.stringify(task)], { execArgv: ['--expose-gc'], stdio: 'inherit' });
  const actor: Actor = {
    process: child,
    life: { who, samples: [] },
    kill: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
  child.on('message', (message: { sample?: Sample; report?: unknown }) => {
    if (message.sample) actor.life.samples.push(message.sample);
    if (message.report) actor.report = message.report;
  });
  await Promise.race([once(child, 'message'), once(child, 'exit')]);
  return actor;
}

/** What an actor's process does. */
export async function act(who: string, task: string): Promise<void> {
  const sampling = setInterval(sample, betweenSamples);
  sampling.unref();
  // Whoever plays the batch was killed itself.
  process.once('disconnect', () => process.exit());
  if (who === 'client') await feed(JSON.parse(task) as ClientTask);
  else await work(JSON.parse(task) as RunWorkerOptions);
}

async function work(options: RunWorkerOptions): Promise<void> {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  const worker = await startWorker({ ...options, env: {}, maxCachedWorkflows: 100 });
  process.send?.({ up: true });
  await worker.done;
}

async function feed({ address, items, results, window, timeScale }: ClientTask): Promise<void> {
  const connection = await Connection.connect({ address });
  const perdure = await connect({
    client: new Client({ connection }),
    timeScale,
    env: {},
    deployment: 'test',
    limited: () => true,
  });
  process.send?.({ up: true });
  const batch = await perdure.batch<{ key: string }>({
    key: 'long',
    items,
    agent: ({ key }) => browserbase.agentRun({ task: `Look at ${key}.` }),
    effect: 'read',
    deadline: '10 days',
    window,
    resultsFile: results,
  });
  const report = await batch.report();
  process.send?.({ report });
  await connection.close();
  process.disconnect?.();
}

function sample(): void {
  global.gc?.();
  const { rss, heapUsed: heap } = process.memoryUsage();
  if (process.connected) process.send?.({ sample: { rss, heap } });
}
