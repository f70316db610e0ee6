import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import path from 'node:path';

/** The built command line; `npm test` builds it first. */
const main = path.resolve('dist/src/cli/main.js');

/** A command line in a process of its own. */
export interface Spawned {
  child: ChildProcess;
  stdout(): string;
  stderr(): string;
  /** Resolves when what was written to either stream matches; rejects when the process ends before. */
  until(pattern: RegExp): Promise<void>;
  exit: Promise<number | null>;
}

/** Starts the built command line, with the environment's PATH and caches and nothing else of it. */
export function spawnCli(args: readonly string[], { cwd, env }: { cwd: string; env: NodeJS.ProcessEnv }): Spawned {
  if (!existsSync(main)) throw new TypeError('dist is missing: npm run build');
  const { PATH, HOME, XDG_CACHE_HOME, PERDURE_CACHE } = process.env;
  const child = spawn(process.execPath, [main, ...args], {
    cwd,
    env: { PATH, HOME, XDG_CACHE_HOME, PERDURE_CACHE, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const texts = { stdout: '', stderr: '' };
  child.stdout.on('data', (data: Buffer) => (texts.stdout += data.toString()));
  child.stderr.on('data', (data: Buffer) => (texts.stderr += data.toString()));
  const exit = once(child, 'close').then(([code]) => code as number | null);
  return {
    child,
    stdout: () => texts.stdout,
    stderr: () => texts.stderr,
    until: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => pattern.test(texts.stdout + texts.stderr) && resolve();
        child.stdout.on('data', look);
        child.stderr.on('data', look);
        void exit.then((code) =>
          reject(new TypeError(`exit ${code} before ${pattern}: ${texts.stdout}${texts.stderr}`)),
        );
        look();
      }),
    exit,
  };
}

/** The JSON in the last line of a text. */
export function lastLine(text: string): unknown {
  return JSON.parse(text.trimEnd().split('\n').at(-1) ?? '') as unknown;
}

/** Whether a process is there. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
