import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const command = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));
const preload = new URL('./crash-on-signal.js', import.meta.url).href;

/** What the processes of a worker have written, one after the other. */
export interface Written {
  stdout: Buffer[];
  stderr: Buffer[];
}

/** `perdure up` in a process of its own, as a user has it; all that it writes is kept. */
export class WorkerProcess {
  readonly #child: ChildProcess;
  readonly #exit: Promise<unknown>;

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.#exit = once(child, 'exit');
  }

  /** Settles when the worker is up; a process that ends before is an error. */
  static async start(env: Record<string, string>, cwd: string, written: Written): Promise<WorkerProcess> {
    const child = spawn(process.execPath, ['--import', preload, command, 'up'], {
      env,
      cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const worker = new WorkerProcess(child);
    child.stderr.on('data', (data: Buffer) => written.stderr.push(data));
    const up = new Promise<void>((resolve) => {
      child.stdout.on('data', (data: Buffer) => {
        written.stdout.push(data);
        resolve();
      });
    });
    const lost = worker.#exit.then(() => Promise.reject(new TypeError(`no worker: ${String(written.stderr.at(-1))}`)));
    await Promise.race([up, lost]);
    lost.catch(() => undefined);
    return worker;
  }

  /** Ends it by a signal and waits until it is gone. */
  async end(signal: 'SIGKILL' | 'SIGTERM' | 'SIGUSR2'): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) this.#child.kill(signal);
    await this.#exit;
  }
}
