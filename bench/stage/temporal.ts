import { openClient } from '../../src/client/connection.js';
import { externalTarget, type TemporalTarget } from '../../src/client/temporal-target.js';
import { startEmbeddedServer } from '../../src/worker/embedded/server.js';
import type { Client } from '@temporalio/client';
import { openHome } from '../../src/worker/embedded/home.js';
import { BenchError } from '../bench-error.js';
import type { Closing } from '../closing.js';
import { postgresBytes, sqliteBytes } from './database-size.js';
import { cpuMs, treesCpuMs } from './process-usage.js';

/** The Temporal server that everything of one invocation runs on. */
export interface Temporal {
  client: Client;
  /** What a process that is to use the server too gets as its environment. */
  env: NodeJS.ProcessEnv;
  /** CPU milliseconds of the server, its database included, so far; undefined where its processes are not known. */
  cpuMs(): number | undefined;
  /** Bytes of its database; undefined where that is not known. */
  databaseBytes(): Promise<number | undefined>;
}

/** Connects to the server that `TEMPORAL_*` names; where nothing does, starts the embedded one, with its database in the home. */
export async function openTemporal(home: string, closing: Closing): Promise<Temporal> {
  const external = externalTarget(process.env);
  if (external) return openExternal(external, closing);
  const server = await startEmbeddedServer({ home, port: 0, uiPort: false });
  closing.add(() => server.discard());
  const { address, pid } = server;
  const others = Object.entries(process.env).filter(([name]) => !name.startsWith('TEMPORAL_'));
  const env = { ...Object.fromEntries(others), TEMPORAL_ADDRESS: address };
  const target = { address, namespace: 'default', connection: { address }, kind: 'embedded', from: home } as const;
  const { database } = openHome(home);
  const client = await openConnection(target, closing);
  return { client, env, cpuMs: () => cpuMs(pid), databaseBytes: () => sqliteBytes(database) };
}

/** A server that somebody else has started. */
async function openExternal(target: TemporalTarget, closing: Closing): Promise<Temporal> {
  const [pids, database] = [namedPids(), process.env.TEMPORAL_DATABASE_URL];
  return {
    client: await openConnection(target, closing),
    env: process.env,
    cpuMs: () => (pids.length === 0 ? undefined : treesCpuMs(pids)),
    databaseBytes: async () => (database ? postgresBytes(database) : undefined),
  };
}

async function openConnection(target: TemporalTarget, closing: Closing): Promise<Client> {
  const client = await openClient(target);
  closing.add(() => client.connection.close());
  return client;
}

/** Only `TEMPORAL_SERVER_PID` tells the processes of such a server. */
function namedPids(): number[] {
  const { TEMPORAL_SERVER_PID: text } = process.env;
  if (!text) return [];
  if (/^\d+(,\d+)*$/.test(text)) return text.split(',').map(Number);
  throw new BenchError(`TEMPORAL_SERVER_PID is '${text}'; expected numbers of processes, with commas between them.`);
}
