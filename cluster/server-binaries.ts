import { mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { cacheFolder, type Environment } from '../src/worker/embedded/cache-folder.js';
import { goInstall } from '../src/worker/embedded/go-install.js';
import { withLock } from '../src/worker/embedded/lock.js';
import { isExecutable, onThePath } from '../src/worker/embedded/search-path.js';
import { ClusterError } from './cluster-error.js';

/** What a production server of Temporal is made of. */
export interface ServerBinaries {
  server: string;
  /** Sets up its tables. */
  sqlTool: string;
}

const modules = {
  server: 'go.temporal.io/server/cmd/server',
  sqlTool: 'go.temporal.io/server/cmd/tools/sql',
} as const;

/**
 * The binaries of a version of the Temporal server, from the cache or built with Go and kept there: about four minutes on
 * two cores. Throws `ClusterError`.
 */
export async function findServerBinaries(
  version: string,
  env: Environment,
  log: (line: string) => void,
): Promise<ServerBinaries> {
  const folder = path.join(cacheFolder(env), `temporal-server-${version}`);
  const found = { server: path.join(folder, 'temporal-server'), sqlTool: path.join(folder, 'temporal-sql-tool') };
  const isThere = () => isExecutable(found.server) && isExecutable(found.sqlTool);
  if (isThere()) return found;
  mkdirSync(folder, { recursive: true });
  const waiting = (pid: number) => log(`process ${pid} is building the Temporal server already: waiting for it`);
  await withLock(`${folder}.lock`, async () => (isThere() ? undefined : build(version, found, { env, log })), {
    waiting,
  });
  return found;
}

async function build(
  version: string,
  found: ServerBinaries,
  { env, log }: { env: Environment; log: (line: string) => void },
): Promise<void> {
  const [go] = onThePath('go', env);
  if (!go) {
    const cure = `Install Go 1.26.8 or newer, or put temporal-server and temporal-sql-tool of ${version} into ${path.dirname(found.server)}.`;
    throw new ClusterError(`The Temporal server ${version} is built with Go, which is not on the PATH.`, cure);
  }
  const scratch = mkdtempSync(path.join(path.dirname(found.server), 'fetch-'));
  try {
    for (const name of ['server', 'sqlTool'] as const) {
      const target = `${modules[name]}@v${version}`;
      const what = `the Temporal server ${version} (4 minutes on two cores when nothing is cached)`;
      renameSync(await goInstall({ go, env, folder: scratch, target, what, log }), found[name]);
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ClusterError(`The Temporal server ${version} was not built: ${reason}`, 'It needs Go 1.26.8 or newer.');
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
