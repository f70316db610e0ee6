import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { connect } from '../../src/client/connect.js';
import type { Perdure } from '../../src/client/perdure.js';
import { scaledClock } from '../../src/simulator/clock.js';
import { type Simulator, startSimulator } from '../../src/simulator/simulator.js';
import { type EmbeddedServer, startEmbeddedServer } from '../../src/worker/embedded/server.js';
import { type KnownSecret, makeControl, makeSecrets, placesOf } from './known-secrets.js';
import { WorkerProcess, type Written } from './worker-process.js';

/** A server with a home, both providers, and what the workers write. */
export interface Stage {
  readonly home: string;
  readonly secrets: ReadonlyMap<string, KnownSecret>;
  /** No secret: what the search has to find. */
  readonly control: KnownSecret;
  readonly simulator: Simulator;
  readonly client: Client;
  readonly perdure: Perdure;
  readonly written: Written;
  /** What the command line is called with. */
  readonly env: Record<string, string>;
  readonly cwd: string;
  startWorker(): Promise<WorkerProcess>;
  /** Ends the server, so that its database file is whole. */
  endServer(): Promise<void>;
  close(): Promise<void>;
}

const timeScale = 0.01;
const deployment = 'canary';

/** Opens a stage; every timing and the simulator's lives are a hundredth. */
export async function openStage(): Promise<Stage> {
  const cwd = await mkdtemp(path.join(tmpdir(), 'perdure-canary-'));
  const home = path.join(cwd, 'home');
  const secrets = makeSecrets();
  const folder = path.join(cwd, 'secrets');
  const places = placesOf(secrets.values());
  await writeFiles(folder, places.files);
  const server = await startEmbeddedServer({ home, port: 0, uiPort: false });
  const simulator = await startSimulator({ clock: scaledClock(1 / timeScale), apiKeys: keysOf(secrets) });
  const connection = await Connection.connect({ address: server.address });
  const client = new Client({ connection });
  const perdure = await connect({ client, timeScale, env: {}, deployment });
  const written: Written = { stdout: [], stderr: [] };
  const env = environment({ home, server, simulator });
  const workerEnv = { ...env, ...places.env, PERDURE_SECRETS_FOLDER: folder };
  const workers: WorkerProcess[] = [];
  return {
    home,
    secrets,
    control: makeControl(),
    simulator,
    client,
    perdure,
    written,
    env,
    cwd,
    startWorker: async () => {
      const worker = await WorkerProcess.start(workerEnv, cwd, written);
      workers.push(worker);
      return worker;
    },
    endServer: () => server.stop(),
    close: async () => {
      await Promise.all(workers.map((worker) => worker.end('SIGKILL')));
      await simulator.close();
      await connection.close();
      await server.discard();
      await rm(cwd, { recursive: true, force: true });
    },
  };
}

function environment(parts: { home: string; server: EmbeddedServer; simulator: Simulator }): Record<string, string> {
  const { home, server, simulator } = parts;
  return {
    PATH: process.env['PATH'] ?? '',
    PERDURE_HOME: home,
    PERDURE_DEPLOYMENT: deployment,
    PERDURE_LOG_LEVEL: 'debug',
    TEMPORAL_ADDRESS: server.address,
    ANCHORBROWSER_BASE_URL: simulator.anchorUrl,
    BROWSERBASE_BASE_URL: simulator.browserbaseUrl,
  };
}

function keysOf(secrets: ReadonlyMap<string, KnownSecret>): { anchor: string[]; browserbase: string[] } {
  const key = (name: string) => [secrets.get(name)?.value ?? name];
  return { anchor: key('ANCHORBROWSER_API_KEY'), browserbase: key('BROWSERBASE_API_KEY') };
}

async function writeFiles(folder: string, files: ReadonlyMap<string, string>): Promise<void> {
  for (const [name, content] of files) {
    const file = path.join(folder, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, content);
  }
}
