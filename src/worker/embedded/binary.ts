import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { PerdureError } from '../../core/errors.js';
import { cacheFolder, type Environment } from './cache-folder.js';
import { downloadServer } from './download.js';
import { goInstall } from './go-install.js';
import { withLock } from './lock.js';
import { probe, release } from './release.js';
import { isExecutable, onThePath } from './search-path.js';

/** A Temporal CLI of the one release that is used, and where it came from. */
export interface ServerBinary {
  path: string;
  how: 'on the PATH' | 'cached' | 'downloaded' | 'built with go install';
}

/** Where `findServerBinary` looks. */
export interface BinarySearch {
  /** Default: the environment of the process. */
  env?: Environment;
  /** Told what is tried, and every few seconds how far it got. */
  log?: (line: string) => void;
  /** The download service; default `https://temporal.download`. */
  downloadFrom?: string;
}

const scratchPrefix = 'fetch-';
const goTarget = `${release.module}@v${release.cli}`;
const goWork = 'the Temporal CLI (3 to 4 minutes on two cores when nothing is cached)';

type Search = Required<BinarySearch> & { tried: string[]; cached: string };

/**
 * Finds the Temporal CLI: on the PATH, in the cache, by download, or by `go install`, in this order and of one version.
 * Throws `server-binary-missing` with all that was tried.
 */
export async function findServerBinary(options: BinarySearch = {}): Promise<ServerBinary> {
  const { env = process.env, log = () => {}, downloadFrom = 'https://temporal.download' } = options;
  const file = process.platform === 'win32' ? 'temporal.exe' : 'temporal';
  const cached = path.join(cacheFolder(env), `temporal-cli-${release.cli}`, file);
  const search: Search = { env, log, downloadFrom, cached, tried: [] };
  return (await fromPath(search)) ?? (await fromCache(search)) ?? (await install(search));
}

async function fromPath({ env, log, tried }: Search): Promise<ServerBinary | undefined> {
  const candidates = onThePath('temporal', env);
  if (candidates.length === 0) tried.push('no temporal on the PATH');
  for (const candidate of candidates) {
    const { fits, text } = await probe(candidate);
    if (fits) return { path: candidate, how: 'on the PATH' };
    const passed = `${candidate}: ${text}, wanted is server ${release.server}`;
    log(`passing over ${passed}`);
    tried.push(passed);
  }
  return undefined;
}

async function fromCache({ cached, tried }: Search): Promise<ServerBinary | undefined> {
  if (!isExecutable(cached)) {
    tried.push(`not cached as ${cached}`);
    return undefined;
  }
  const { fits, text } = await probe(cached);
  if (fits) return { path: cached, how: 'cached' };
  tried.push(`${cached}: ${text}`);
  return undefined;
}

async function install(search: Search): Promise<ServerBinary> {
  const folder = path.dirname(search.cached);
  try {
    mkdirSync(folder, { recursive: true });
  } catch (cause) {
    search.tried.push(`cannot write the cache folder ${folder}`);
    throw missing(search, cause);
  }
  const waiting = (pid: number) => search.log(`process ${pid} is fetching the Temporal CLI already: waiting for it`);
  return withLock(`${folder}.lock`, () => installLocked(search, folder), { waiting });
}

async function installLocked(search: Search, folder: string): Promise<ServerBinary> {
  const other = await fromCache(search);
  if (other) return other;
  for (const name of readdirSync(folder)) {
    if (name.startsWith(scratchPrefix)) rmSync(path.join(folder, name), { recursive: true, force: true });
  }
  const scratch = mkdtempSync(path.join(folder, scratchPrefix));
  try {
    return (await byDownload(search, scratch)) ?? (await byGo(search, scratch));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function byDownload(search: Search, scratch: string): Promise<ServerBinary | undefined> {
  const { cached, downloadFrom: from, log } = search;
  try {
    await downloadServer({ from, scratch, target: cached, log });
  } catch (error) {
    log(`no download from ${from}: ${reasonOf(error)}`);
    search.tried.push(`download from ${from}: ${reasonOf(error)}`);
    return undefined;
  }
  const { fits, text } = await probe(cached);
  if (fits) return { path: cached, how: 'downloaded' };
  search.tried.push(`downloaded from ${from}: ${text}`);
  return undefined;
}

async function byGo(search: Search, scratch: string): Promise<ServerBinary> {
  const { env, log, cached, tried } = search;
  const [go] = onThePath('go', env);
  if (!go) {
    tried.push('no go on the PATH to build it with');
    throw missing(search);
  }
  try {
    renameSync(await goInstall({ go, env, folder: scratch, target: goTarget, what: goWork, log }), cached);
  } catch (cause) {
    tried.push(reasonOf(cause));
    throw missing(search, cause);
  }
  const { fits, text } = await probe(cached);
  if (fits) return { path: cached, how: 'built with go install' };
  tried.push(`built with ${go}: ${text}`);
  throw missing(search);
}

function missing({ tried, cached }: Search, cause?: unknown): PerdureError {
  return new PerdureError({
    code: 'server-binary-missing',
    message: `The Temporal CLI ${release.cli} (server ${release.server}) could not be had: ${[...new Set(tried)].join('; ')}.`,
    hint: `Put it on the PATH or at ${cached}, or install Go and run 'go install ${goTarget}', or set TEMPORAL_ADDRESS to use another server.`,
    ...(cause === undefined ? {} : { cause }),
  });
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  return cause instanceof Error && cause.message !== '' ? cause.message : error.message;
}
