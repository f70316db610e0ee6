import path from 'node:path';
import { Client, type ClientOptions, Connection } from '@temporalio/client';
import { Worker, type WorkerOptions } from '@temporalio/worker';
import { assert } from 'vitest';
import { scaledClock } from '../../src/simulator/clock.js';
import { type Simulator, startSimulator } from '../../src/simulator/simulator.js';
import { type Replayer, replayAll } from '../../src/testing/replay.js';
import { startRealServer, type TestServer } from '../../src/testing/test-server.js';
import { PerdurePlugin, type PerdurePluginOptions } from '../../src/worker/plugin.js';
import { keepBundle } from '../support/kept-bundle.js';
import { Invoice, Receipt } from './fixtures/schemas.js';

const scale = 0.01;

/** A file of the fixtures. */
export function fixture(name: string): string {
  return path.join(import.meta.dirname, 'fixtures', name);
}

/** A server and the providers, for workers that a user would write. */
export interface Stage {
  server: TestServer;
  /** Of the server. */
  address: string;
  simulator: Simulator;
  plugin(options?: PerdurePluginOptions): PerdurePlugin;
  /** A user's own worker on a queue of its own, with the plugin. */
  worker(options: Partial<WorkerOptions> & { taskQueue: string }): Promise<Worker>;
  client(options: ClientOptions): Client;
  /** Replays all that was played, unless it is said why not, and ends everything. */
  close(notReplayed?: string): Promise<void>;
}

export async function openStage(): Promise<Stage> {
  const server = await startRealServer();
  const simulator = await startSimulator({ clock: scaledClock(1 / scale) });
  const plugin = (options: PerdurePluginOptions = {}) =>
    new PerdurePlugin({ ...accountsOf(simulator), timeScale: scale, schemas: { Invoice, Receipt }, ...options });
  const { connection } = server.client;
  const replayers = new Map<string, Replayer>();
  assert(connection instanceof Connection);
  return {
    server,
    address: connection.options.address,
    simulator,
    plugin,
    worker: async (options) => {
      const kept = keepBundle({ connection: server.connection, plugins: [plugin()], ...options });
      const worker = await Worker.create(kept.options);
      const { taskQueue, dataConverter } = options;
      replayers.set(taskQueue, { workflowBundle: kept.bundle(), dataConverter });
      // What the plugin serves beside it has the same encoding.
      replayers.set(`${taskQueue}-perdure`, { dataConverter });
      return worker;
    },
    client: (options) => new Client({ connection, ...options }),
    close: async (notReplayed) => {
      await simulator.close();
      if (notReplayed === undefined) await replayAll(server.client, { replayers });
      await server.close();
    },
  };
}

function accountsOf({ anchorUrl, browserbaseUrl, keys }: Simulator): PerdurePluginOptions {
  return {
    deployment: 'test',
    env: {},
    accounts: {
      'anchor/default': { apiKey: keys.anchor[0] ?? '', baseUrl: anchorUrl },
      'browserbase/default': { apiKey: keys.browserbase[0] ?? '', baseUrl: browserbaseUrl },
    },
  };
}
