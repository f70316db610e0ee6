import { rm } from 'node:fs/promises';
import path from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import { connect } from '../../src/client/connect.js';
import type { Perdure } from '../../src/client/perdure.js';
import { drivenClock, type Simulator, startSimulator } from '../../src/simulator/index.js';
import { replayAll } from '../../src/testing/replay.js';
import { makeScratch } from '../../src/testing/scratch.js';
import { startEmbeddedServer } from '../../src/worker/embedded/server.js';
import { registerSearchAttributes } from '../../src/worker/embedded/search-attributes.js';
import { startWorker } from '../../src/worker/index.js';

/** A deployment: its home, its namespace, its client and its worker. */
export interface Deployment {
  home: string;
  client: Client;
  perdure: Perdure;
}

/** Two deployments with a namespace each, at one account of each provider. */
export interface TwoDeployments {
  one: Deployment;
  two: Deployment;
  simulator: Simulator;
  close(): Promise<void>;
}

/** Starts both; the providers' time is an hour behind, so that whatever is started is an hour old. */
export async function startTwoDeployments(): Promise<TwoDeployments> {
  const folder = await makeScratch('perdure-sweep-');
  const server = await startEmbeddedServer({ home: path.join(folder, 'server'), port: 0, uiPort: false });
  const simulator = await startSimulator({ clock: drivenClock(Date.now() - 3_600_000) });
  const connection = await Connection.connect({ address: server.address });
  const namespace = 'other';
  await connection.workflowService.registerNamespace({
    namespace,
    workflowExecutionRetentionPeriod: msToTs('1 day'),
  });
  await registerSearchAttributes(connection, namespace);
  const closers: (() => Promise<void>)[] = [];
  const open = async (deployment: string, inNamespace: string): Promise<Deployment> => {
    const home = path.join(folder, deployment);
    const { address } = server;
    const target = {
      kind: 'external',
      address,
      namespace: inNamespace,
      connection: { address },
      from: 'a test',
    } as const;
    const own = { env: {}, home, deployment, timeScale: 0.01 };
    const worker = await startWorker({ ...own, target, accounts: accountsOf(simulator) });
    closers.push(() => worker.stop());
    const client = new Client({ connection, namespace: inNamespace });
    return { home, client, perdure: await connect({ ...own, client }) };
  };
  const [one, two] = [await open('one', 'default'), await open('two', namespace)];
  return {
    one,
    two,
    simulator,
    close: async () => {
      for (const close of closers) await close();
      for (const { client } of [one, two]) await replayAll(client);
      await connection.close();
      await simulator.close();
      await server.discard();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function accountsOf({ keys, anchorUrl, browserbaseUrl }: Simulator) {
  return {
    'anchor/default': { apiKey: keys.anchor[0] ?? '', baseUrl: anchorUrl },
    'browserbase/default': { apiKey: keys.browserbase[0] ?? '', baseUrl: browserbaseUrl },
  };
}
