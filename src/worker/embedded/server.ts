import { type Duration, formatDuration, parseDuration } from '../../core/duration.js';
import { PerdureError } from '../../core/errors.js';
import { searchAttributes } from '../../core/names.js';
import { attach } from './attach.js';
import { findServerBinary, type ServerBinary } from './binary.js';
import type { Environment } from './cache-folder.js';
import { checkDatabaseVersion, clearState, type HomeFiles, openHome, readState, writeState } from './home.js';
import { withLock } from './lock.js';
import { choosePort, chooseUiPort, loopback } from './ports.js';
import { prepare } from './readiness.js';
import { release } from './release.js';
import type { GuardedProcess } from './guarded-process.js';
import { spawnServer } from './server-process.js';

const bootTries = 3;

/** What the embedded server is started with. */
export interface EmbeddedServerOptions {
  /** Folder of its files (`PERDURE_HOME`); made where it is missing. */
  home: string;
  /** Port of the server; 0 takes any free one. Default 7233. */
  port?: number;
  /** Port of its web pages; false: none. Default: the server's port + 1000. Where it is taken there are no pages. */
  uiPort?: number | false;
  /** How long ended runs are kept and their keys stay taken; at least a day. Default 30 days. */
  retention?: Duration;
  /** Told what takes longer than a moment, such as a download. */
  log?: (line: string) => void;
  /** For PATH, HOME and the cache's folder. Default: the environment of the process. */
  env?: Environment;
  /** The download service; default `https://temporal.download`. */
  downloadFrom?: string;
}

/** A running embedded server. */
export interface EmbeddedServer {
  /** `host:port` for a Temporal connection. */
  address: string;
  /** Of Temporal's own pages; absent where they are off. */
  uiUrl?: string;
  /** The binary that runs; absent when another process started the server. */
  binary?: ServerBinary;
  /** Of its process. */
  pid: number;
  /** Whether another process started it, which then also ends it. */
  attached: boolean;
  /** What it took, in one line. */
  summary: string;
  /** Resolves with the reason when the server that this process started has ended; absent when attached. */
  exited?: Promise<string>;
  /** Ends the server and waits until its database is closed; does nothing when attached. May be called twice. */
  stop(): Promise<void>;
  /** Ends the server outright, for a home that is thrown away; does nothing when attached. */
  discard(): Promise<void>;
}

type Boot = Required<Pick<EmbeddedServerOptions, 'log' | 'env'>> & EmbeddedServerOptions & { files: HomeFiles };

/**
 * Starts the Temporal server of a home, or attaches to the one that runs on it already. The server ends with the
 * process that started it, however that ends, also under those who attached.
 * @throws PerdureError `home-not-writable`, `server-binary-missing`, `server-port-taken`, `server-database-version`,
 * `server-start-failed`, `config-invalid` (retention).
 */
export async function startEmbeddedServer(options: EmbeddedServerOptions): Promise<EmbeddedServer> {
  const { log = () => {}, env = process.env } = options;
  const files = openHome(options.home);
  const retentionMs = readRetention(options.retention);
  const waiting = (pid: number) => log(`process ${pid} is starting or stopping the server of ${options.home}: waiting`);
  return withLock(
    files.lock,
    async () => (await attach(files)) ?? (await start({ ...options, log, env, files }, retentionMs)),
    { waiting },
  );
}

function readRetention(retention: Duration = '30 days'): number {
  const ms = parseDuration(retention);
  if (ms !== undefined && ms >= 86_400_000) return ms;
  throw new PerdureError({
    code: 'config-invalid',
    message: `The retention '${retention}' is not a duration of at least a day.`,
    hint: "Give one such as '30 days' (PERDURE_RETENTION).",
  });
}

async function start(boot: Boot, retentionMs: number): Promise<EmbeddedServer> {
  clearState(boot.files);
  const binary = await findServerBinary(boot);
  checkDatabaseVersion(boot.files);
  for (let attempt = 1; ; attempt += 1) {
    const port = await choosePort(boot.port);
    try {
      return await startOn(port, boot, { binary, retentionMs });
    } catch (error) {
      if (attempt === bootTries || !isStolenPort(error)) throw error;
    }
  }
}

/** Between choosing free ports and listening on them, another process may take one. */
function isStolenPort(error: unknown): boolean {
  return error instanceof PerdureError && /address already in use|can't set .* port/.test(error.message);
}

async function startOn(
  port: number,
  boot: Boot,
  { binary, retentionMs }: { binary: ServerBinary; retentionMs: number },
): Promise<EmbeddedServer> {
  const started = Date.now();
  const { database, log } = boot.files;
  const uiPort = await chooseUiPort(boot.uiPort, port);
  const child = spawnServer({ binary: binary.path, port, uiPort, database, searchAttributes, log });
  const address = `${loopback}:${port}`;
  try {
    const clusterId = await prepare(child, address, retentionMs);
    const ui = uiPort === undefined ? {} : { uiUrl: `http://${loopback}:${uiPort}` };
    const ids = { pid: child.pid, ownerPid: process.pid, clusterId };
    writeState(boot.files, {
      address,
      ...ids,
      version: release.server,
      startedAt: new Date(started).toISOString(),
      ...ui,
    });
    const took = formatDuration(Date.now() - started);
    const pages = uiPort === undefined ? withoutPages(boot.uiPort, port) : `pages at ${ui.uiUrl}`;
    const summary = `Temporal server ${release.server} (${binary.how}: ${binary.path}) at ${address} in ${took}, ${pages}, database ${database}`;
    return { address, ...ui, binary, summary, attached: false, ...owned(child, boot.files) };
  } catch (error) {
    await child.stop();
    throw error;
  }
}

function withoutPages(uiPort: number | false | undefined, port: number): string {
  if (uiPort === false) return 'no pages';
  return `no pages, since port ${uiPort ?? port + 1000} is taken`;
}

/** The end of a server that this process owns, under the home's lock: no other start may come between. */
function owned(child: GuardedProcess, files: HomeFiles): Pick<EmbeddedServer, 'pid' | 'exited' | 'stop' | 'discard'> {
  const { pid, exited } = child;
  const end = (how: 'stop' | 'kill') =>
    withLock(files.lock, async () => {
      await child[how]();
      if (readState(files)?.pid === pid) clearState(files);
    });
  let ending: Promise<void> | undefined;
  const endOnce = (how: 'stop' | 'kill') => {
    ending ??= end(how);
    return ending;
  };
  return {
    pid,
    exited: exited.then((reason) => `The embedded Temporal server ended (${reason}): ${child.lastWords()}`),
    stop: () => endOnce('stop'),
    discard: () => endOnce('kill'),
  };
}
