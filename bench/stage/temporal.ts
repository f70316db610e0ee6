import { openClient } from '../../src/client/connection.js';
import { externalTarget, type TemporalTarget } from '../../src/client/temporal-target.js';
import { startEmbeddedServer } from '../../src/worker/embedded/server.js';
import type { Client } from '@temporalio/client';
import { openHome } from '../../src/worker/embedded/home.js';
import { BenchError } from '../bench-error.js';
import type { Closing } from '../closing.js';

/** The Temporal server that everything of one invocation runs on. */
export interface Temporal {
  client: Client;
  /** What a process that is to use the server too gets as its environment. */
  env: NodeJS.ProcessEnv;
  /** Undefined for a server whose process is not known. */
  pid?: number;
  /** The embedded server's database file. */
  database?: string;
}

/** Connects to the server that `TEMPORAL_*` names; where nothing does, starts the embedded one, with its database in the home. */
export async function openTemporal(home: string, closing: Closing): Promise<Temporal> {
  const external = externalTarget(process.env);
  if (external) return { client: await openConnection(external, closing), env: process.env, ...namedPid() };
  const server = await startEmbeddedServer({ home, port: 0, uiPort: false });
  closing.add(() => server.discard());
  const { address, pid } = server;
  const others = Object.entries(process.env).filter(([name]) => !name.startsWith('TEMPORAL_'));
  const env = { ...Object.fromEntries(others), TEMPORAL_ADDRESS: address };
  const target = { address, namespace: 'default', connection: { address }, kind: 'embedded', from: home } as const;
  return { client: await openConnection(target, closing), env, pid, database: openHome(home).database };
}

async function openConnection(target: TemporalTarget, closing: Closing): Promise<Client> {
  const client = await openClient(target);
  closing.add(() => client.connection.close());
  return client;
}

/** Of a server that somebody else has started, only `TEMPORAL_SERVER_PID` tells the process. */
function namedPid(): { pid?: number } {
  const { TEMPORAL_SERVER_PID: text } = process.env;
  if (!text) return {};
  if (/^\d+$/.test(text)) return { pid: Number(text) };
  throw new BenchError(`TEMPORAL_SERVER_PID is '${text}'; expected the number of a process.`);
}
