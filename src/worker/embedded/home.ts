import { accessSync, constants, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { PerdureError } from '../../core/errors.js';
import { release } from './release.js';

const runningServer = z.object({
  address: z.string().regex(/^[^:]+:\d+$/),
  pid: z.int().positive(),
  ownerPid: z.int().positive(),
  version: z.string(),
  clusterId: z.string(),
  startedAt: z.string(),
  uiUrl: z.string().optional(),
});

/** What `server.json` says of the server that runs on a home's database. */
export type RunningServer = z.infer<typeof runningServer>;

/** The embedded server's files in a `PERDURE_HOME`. */
export interface HomeFiles {
  database: string;
  stamp: string;
  state: string;
  lock: string;
  log: string;
}

/** Makes the folder where it is missing and names its files; throws `home-not-writable`. */
export function openHome(home: string): HomeFiles {
  const folder = path.resolve(home);
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK | constants.X_OK);
  } catch (cause) {
    throw new PerdureError({
      code: 'home-not-writable',
      message: `The home folder ${folder} cannot be written: ${cause instanceof Error ? cause.message : cause}.`,
      hint: 'Make it writable, or name another folder with PERDURE_HOME.',
      cause,
    });
  }
  const database = path.join(folder, 'temporal.db');
  return {
    database,
    stamp: `${database}.version`,
    state: path.join(folder, 'server.json'),
    lock: path.join(folder, 'server.lock'),
    log: path.join(folder, 'server.log'),
  };
}

/**
 * Makes sure that the database file is of the server's release. A new one is stamped before the server makes it, so
 * that a crash in between leaves no file without a stamp.
 */
export function checkDatabaseVersion({ database, stamp }: HomeFiles): void {
  if (!existsSync(database)) {
    writeFileSync(stamp, `${release.server}\n`);
    return;
  }
  const version = existsSync(stamp) ? readFileSync(stamp, 'utf8').trim() : undefined;
  if (version === release.server) return;
  const origin = version === undefined ? 'by an unknown server' : `by Temporal server ${version}`;
  throw new PerdureError({
    code: 'server-database-version',
    message: `${database} was written ${origin}, and the embedded server is ${release.server}.`,
    hint: `Move ${database}* away (its runs are then no longer seen), or name another folder with PERDURE_HOME.`,
  });
}

/** The state that the last server of this home wrote; undefined when there is none or it is unreadable. */
export function readState({ state }: HomeFiles): RunningServer | undefined {
  try {
    return runningServer.parse(JSON.parse(readFileSync(state, 'utf8')));
  } catch {
    return undefined;
  }
}

/** Writes the state at once, so that no reader sees half of it. */
export function writeState({ state }: HomeFiles, server: RunningServer): void {
  const fresh = `${state}.${process.pid}`;
  writeFileSync(fresh, `${JSON.stringify(server, null, 2)}\n`);
  renameSync(fresh, state);
}

/** Removes the state of a server that has ended. */
export function clearState({ state }: HomeFiles): void {
  rmSync(state, { force: true });
}
