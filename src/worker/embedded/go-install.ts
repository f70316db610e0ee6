import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Environment } from './cache-folder.js';

const progressMs = 10_000;

/** What `go install` is run with. */
export interface GoInstall {
  go: string;
  env: Environment;
  /** The folder that the binary is put in; Go's caches go beside it where there is no HOME. */
  folder: string;
  /** The package and its version, such as `github.com/temporalio/cli/cmd/temporal@v1.5.1`. */
  target: string;
  /** What is built and how long that takes, for people. */
  what: string;
  log: (line: string) => void;
}

/**
 * Builds a program with `go install` and gives the binary's path: minutes with a cold module cache, so a line is
 * logged every ten seconds. Rejects with the tool's last words.
 */
export async function goInstall({ go, env, folder, target, what, log }: GoInstall): Promise<string> {
  log(`building ${what} with 'go install ${target}'`);
  const child = spawn(go, ['install', '-v', target], {
    env: { ...env, ...cachesWithoutHome(env, path.dirname(folder)), GOBIN: folder },
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const stop = () => child.kill();
  process.once('exit', stop);
  const started = Date.now();
  const seen = { downloads: 0, packages: 0, last: '' };
  createInterface({ input: child.stderr }).on('line', (line) => {
    if (line.startsWith('go: downloading')) seen.downloads += 1;
    else seen.packages += 1;
    seen.last = line;
  });
  const tell = setInterval(() => {
    const seconds = Math.round((Date.now() - started) / 1000);
    log(`go install: ${seen.downloads} modules fetched, ${seen.packages} packages built in ${seconds} s`);
  }, progressMs);
  try {
    const [code] = await once(child, 'close');
    if (code !== 0) return await Promise.reject(new TypeError(`go install failed: ${seen.last || `exit ${code}`}`));
  } finally {
    clearInterval(tell);
    process.off('exit', stop);
  }
  const name = path.posix.basename(target.split('@')[0] ?? target);
  return path.join(folder, process.platform === 'win32' ? `${name}.exe` : name);
}

function cachesWithoutHome(env: Environment, folder: string): Environment {
  if (env.HOME || process.platform === 'win32') return {};
  return { GOPATH: path.join(folder, 'go'), GOCACHE: path.join(folder, 'go-build') };
}
