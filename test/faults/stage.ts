import { rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { connect } from '../../src/client/connect.js';
import type { Perdure } from '../../src/client/perdure.js';
import type { AccountOptions } from '../../src/worker/accounts.js';
import { limitsStarts } from '../../src/core/admission.js';
import { type Runnable, stopWorker } from '../../src/worker/run-beside.js';
import { makeScratch } from '../../src/testing/scratch.js';
import { startEmbeddedServer } from '../../src/worker/embedded/server.js';
import { scale } from './pace.js';
import { aged } from './sweeping.js';
import { Waiting } from './waiting.js';
import { createTestWorkers, deployment, type Tampering } from './test-worker.js';
import { Losses } from './weather-maker.js';
import { WorkerFaults } from './worker-faults.js';

/** One Temporal server and one worker, on which many seeds play at the same time. */
export interface Stage {
  readonly client: Client;
  readonly taskQueue: string;
  readonly perdure: Perdure;
  /** The accounts that the worker knows; each seed adds its own. */
  readonly accounts: Map<string, AccountOptions>;
  readonly workerFaults: WorkerFaults;
  readonly waiting: Waiting;
  /** Messages of what runs share that are lost. */
  readonly losses: Losses;
  /** Accounts of whose limits those know who start runs. */
  readonly hinted: Set<string>;
  close(): Promise<void>;
}

/** A stage with a server of its own. */
export interface OwnStage extends Stage {
  /** Takes server and files away from under all who still play: the process has to end at once. */
  abandon(): void;
}

const taskQueue = 'faults';

export async function openStage(tampering: readonly Tampering[] = []): Promise<OwnStage> {
  const home = await makeScratch('perdure-faults-');
  const server = await startEmbeddedServer({ home, port: 0, uiPort: false });
  const connection = await NativeConnection.connect({ address: server.address });
  const clientConnection = await Connection.connect({ address: server.address });
  const client = new Client({ connection: clientConnection });
  const accounts = new Map<string, AccountOptions>();
  const workerFaults = new WorkerFaults();
  const losses = new Losses();
  const hinted = new Set<string>();
  const workers = await createTestWorkers({
    connection,
    taskQueue,
    account: (name) => accounts.get(name),
    // What befalls a worker befalls it before it comes to anything that was planted.
    tampering: [...tampering, workerFaults, losses, aged],
    files: path.join(home, 'files'),
  });
  const running = workers.map((worker) => worker.run());
  const limited = (name: string) => hinted.has(name) && limitsStarts(accounts.get(name)?.limits ?? {});
  const perdure = await connect({ client, timeScale: scale, env: {}, deployment, taskQueue, limited });
  const waiting = new Waiting(perdure);
  const close = async () => {
    await waiting.close();
    await endWorkers(workers, running);
    await clientConnection.close();
    await connection.close();
    await server.stop();
    await rm(home, { recursive: true, force: true });
  };
  const abandon = () => {
    killed(server.pid);
    rmSync(home, { recursive: true, force: true, maxRetries: 3 });
  };
  return { client, taskQueue, perdure, accounts, workerFaults, waiting, losses, hinted, close, abandon };
}

/** A server that has died meanwhile must not hide what was found before. */
function killed(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || error.code !== 'ESRCH') throw error;
  }
}

async function endWorkers(workers: readonly Runnable[], running: readonly Promise<void>[]): Promise<void> {
  for (const worker of workers) stopWorker(worker);
  await Promise.allSettled(running);
}
