import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, renameSync } from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';

const graceMs = 10_000;

/** Reads a pipe that only the owner holds: however the owner ends, the pipe closes and the program is told to stop. */
const guard = `cat <&3 >/dev/null
kill -TERM "$0"
for second in 1 2 3 4 5 6 7 8 9 10; do sleep 1; kill -0 "$0" || exit; done
kill -KILL "$0"`;

/**
 * Leaves the guard behind and becomes the program. The guard can't hit another process: it is in the program's group, and
 * an id isn't given to a new process while a group has it.
 */
const launcher = `guard=$1; shift; sh -c "$guard" $$ 2>/dev/null & exec 3<&- "$0" "$@"`;

/** A program that must not outlive the process that starts it. */
export interface GuardedProgram {
  binary: string;
  args: readonly string[];
  cwd: string;
  /** File that takes all that it writes; the one of the time before is kept as `<log>.1`. */
  log: string;
  /** Default: that of this process. */
  env?: NodeJS.ProcessEnv;
  /** Who runs it; only root may choose. */
  user?: { uid: number; gid: number };
}

/** A program that this process started and owns. */
export interface GuardedProcess {
  pid: number;
  /** The exit, in words; resolves once. */
  exited: Promise<string>;
  hasExited(): boolean;
  /** The last words of its log. */
  lastWords(): string;
  /** SIGTERM, and SIGKILL when it is still there after ten seconds. */
  stop(): Promise<void>;
  /** SIGKILL. */
  kill(): Promise<void>;
}

/**
 * Starts a program in a process group of its own, so that Ctrl-C reaches the owner alone, who still needs it to clean
 * up; it does not keep the owner's event loop alive.
 */
export function spawnGuarded({ binary, args, log: file, cwd, env, user }: GuardedProgram): GuardedProcess {
  try {
    renameSync(file, `${file}.1`);
  } catch {
    // There is no earlier log.
  }
  const log = openSync(file, 'w');
  const windows = process.platform === 'win32';
  const child = windows
    ? spawn(binary, args, { cwd, env, stdio: ['ignore', log, log], windowsHide: true })
    : spawn('/bin/sh', ['-c', launcher, binary, guard, ...args], {
        cwd,
        env,
        ...user,
        detached: true,
        stdio: ['ignore', log, log, 'pipe'],
      });
  closeSync(log);
  child.unref();
  unrefPipe(child.stdio[3]);
  return own(child, file);
}

function own(child: ChildProcess, log: string): GuardedProcess {
  const { pid = 0 } = child;
  let ended = false;
  const lastWords = () => readFileSync(log, 'utf8').trim().split('\n').slice(-3).join(' | ');
  const exited = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => {
      ended = true;
      endGroup(pid);
      resolve(signal ? `ended by ${signal}` : `exit ${code}`);
    });
    child.once('error', (error) => {
      ended = true;
      resolve(error.message);
    });
  });
  const stop = async () => {
    if (ended) return;
    child.ref();
    child.kill('SIGTERM');
    const timer = new AbortController();
    const late = pause(graceMs, 'late', { signal: timer.signal }).catch(() => 'stopped');
    if ((await Promise.race([exited, late])) === 'late') child.kill('SIGKILL');
    timer.abort();
    await exited;
  };
  const kill = async () => {
    if (ended) return;
    child.ref();
    child.kill('SIGKILL');
    await exited;
  };
  return { pid, exited, hasExited: () => ended, lastWords, stop, kill };
}

/** Ends the guard that is left in the group of a program that has ended. */
function endGroup(pid: number): void {
  if (process.platform === 'win32') return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // The group is empty: the guard has ended by itself.
  }
}

function unrefPipe(stream: Readable | Writable | null | undefined): void {
  if (!stream) return;
  stream.on('error', () => {});
  if ('unref' in stream && typeof stream.unref === 'function') stream.unref();
}
