import { symlinkSync } from 'node:fs';
import path from 'node:path';
import { clusterAt, loopback } from '../src/worker/embedded/ports.js';
import { ClusterError } from './cluster-error.js';
import { type Compose, inRepository } from './compose.js';
import { freePorts } from './free-ports.js';
import { Part } from './part.js';
import type { Postgres } from './postgres.js';
import { runProgram } from './run-program.js';
import type { ServerBinaries } from './server-binaries.js';

/** The ports of a server, as its image names them. */
const portNames = [
  'FRONTEND_GRPC_PORT',
  'FRONTEND_MEMBERSHIP_PORT',
  'FRONTEND_HTTP_PORT',
  'MATCHING_GRPC_PORT',
  'MATCHING_MEMBERSHIP_PORT',
  'HISTORY_GRPC_PORT',
  'HISTORY_MEMBERSHIP_PORT',
  'WORKER_GRPC_PORT',
  'WORKER_MEMBERSHIP_PORT',
];

/** What the programs of Temporal stand on. */
export interface Ground {
  home: string;
  compose: Compose;
  binaries: ServerBinaries;
  postgres: Pick<Postgres, 'port'>;
}

/** The environment of a program that inherits nothing but what every program needs. */
export function bareEnvironment(): Record<string, string> {
  const { PATH = '', HOME = '' } = process.env;
  return { PATH, HOME };
}

/** Runs the script that sets the tables up, as the service `schema` does. Throws `ClusterError` with its own words. */
export async function setUpSchema({ home, compose, binaries, postgres }: Ground): Promise<string> {
  const { environment } = compose.service('schema');
  const tool = path.join(home, 'temporal-sql-tool');
  symlinkSync(binaries.sqlTool, tool);
  const env = bareEnvironment();
  const { code, output } = await runProgram('/bin/sh', [inRepository('deploy/set-up-schema.sh')], {
    env: {
      ...env,
      ...environment,
      PATH: `${home}${path.delimiter}${env.PATH}`,
      SQL_HOST: loopback,
      SQL_PORT: String(postgres.port),
    },
  });
  if (code !== 0) throw new ClusterError(output);
  return output;
}

/** The Temporal server, configured by the environment that the compose file gives it. */
export async function makeTemporalServer({ home, compose, binaries, postgres }: Ground): Promise<{
  part: Part;
  address: string;
}> {
  const ports = await freePorts(portNames.length);
  const chosen = Object.fromEntries(portNames.map((name, index) => [name, String(ports[index])]));
  const address = `${loopback}:${chosen.FRONTEND_GRPC_PORT}`;
  const part = new Part({
    name: 'Temporal server',
    program: {
      binary: binaries.server,
      args: ['start'],
      cwd: home,
      log: path.join(home, 'temporal.log'),
      env: {
        ...bareEnvironment(),
        ...compose.service('temporal').environment,
        ...chosen,
        POSTGRES_SEEDS: loopback,
        DB_PORT: String(postgres.port),
        BIND_ON_IP: loopback,
        DYNAMIC_CONFIG_FILE_PATH: inRepository('deploy/dynamic-config.yaml'),
      },
    },
    isReady: async () => (await clusterAt(address, 2_000)).clusterId !== '',
  });
  return { part, address };
}
