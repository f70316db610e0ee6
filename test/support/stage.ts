import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Client, Connection, defaultGrpcRetryOptions, makeGrpcRetryInterceptor } from '@temporalio/client';
import { connect } from '../../src/client/connect.js';
import type { Perdure } from '../../src/client/perdure.js';
import { scaledClock } from '../../src/simulator/clock.js';
import { type Simulator, startSimulator } from '../../src/simulator/simulator.js';
import { type ReplayOptions, replayAll } from '../../src/testing/replay.js';
import { makeScratch } from '../../src/testing/scratch.js';
import { type EmbeddedServer, startEmbeddedServer } from '../../src/worker/embedded/server.js';
import type { RunWorkerOptions } from '../../src/worker/run-worker.js';

/** A Temporal server that can go and come back, both providers, a client, and workers that can be killed. */
export interface Stage {
  readonly address: string;
  /** Removed at the end. */
  readonly home: string;
  readonly simulator: Simulator;
  readonly client: Client;
  readonly perdure: Perdure;
  /** What the client's `onTrouble` was told. */
  readonly troubles: readonly string[];
  /** It has been told something. */
  readonly troubled: Promise<void>;
  /** What a worker of this stage is started with. */
  readonly workerOptions: RunWorkerOptions;
  /** Ends the server. */
  loseServer(): Promise<void>;
  /** Starts it again, with the same files at the same address. */
  bringServerBack(): Promise<void>;
  /** Starts a worker in a process of its own: Perdure's alone, or what this file makes of these options. */
  forkWorker(file?: string, options?: object): Promise<ChildProcess>;
  /** Ends the workers, replays all that was played, and ends the rest. */
  close(replay?: ReplayOptions): Promise<void>;
}

/** In which time a stage plays. */
export interface StageOptions {
  /** How much shorter every timing and the simulator's lives are. Default 0.01. */
  timeScale?: number;
}

const workerFile = fileURLToPath(new URL('../integration/fixtures/worker.mjs', import.meta.url));

export async function openStage({ timeScale = 0.01 }: StageOptions = {}): Promise<Stage> {
  const home = await makeScratch('perdure-stage-');
  let server: EmbeddedServer = await startEmbeddedServer({ home, port: 0, uiPort: false });
  const { address } = server;
  const simulator = await startSimulator({ clock: scaledClock(1 / timeScale) });
  // A server that is away is told after a second, not after the half minute of the SDK.
  const interceptors = [makeGrpcRetryInterceptor(defaultGrpcRetryOptions({ maxAttempts: 4 }))];
  const connection = await Connection.connect({ address, interceptors });
  const client = new Client({ connection });
  const troubles: string[] = [];
  let tell = () => {};
  const troubled = new Promise<void>((resolve) => {
    tell = resolve;
  });
  const onTrouble = (line: string) => {
    troubles.push(line);
    tell();
  };
  const perdure = await connect({ client, onTrouble, timeScale, env: {}, deployment: 'test' });
  const workerOptions = { ...optionsFor(address, simulator), timeScale };
  const children = new Set<ChildProcess>();
  return {
    address,
    home,
    simulator,
    client,
    perdure,
    troubles,
    troubled,
    workerOptions,
    loseServer: () => server.stop(),
    bringServerBack: async () => {
      server = await startEmbeddedServer({ home, port: Number(address.split(':')[1]), uiPort: false });
    },
    forkWorker: async (file = workerFile, options = workerOptions) => {
      const child = fork(file, [JSON.stringify(options)], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
      children.add(child);
      await Promise.race([once(child, 'message'), once(child, 'exit')]);
      return child;
    },
    close: async (replay) => {
      await Promise.all([...children].map(endProcess));
      await replayAll(client, replay);
      await simulator.close();
      await connection.close();
      await server.discard();
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** Kills a process outright and waits until it is gone. */
export async function endProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

function optionsFor(address: string, { anchorUrl, browserbaseUrl, keys }: Simulator): RunWorkerOptions {
  return {
    target: { kind: 'external', address, namespace: 'default', connection: { address }, from: 'the test' },
    deployment: 'test',
    accounts: {
      'anchor/default': { apiKey: keys.anchor[0] ?? '', baseUrl: anchorUrl },
      'browserbase/default': { apiKey: keys.browserbase[0] ?? '', baseUrl: browserbaseUrl },
    },
  };
}
