import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { FromWorker, WorkerSetting } from './worker-setting.js';

/** The worker's program, compiled; from the sources it is the one that was built before. */
const program = fileURLToPath(new URL('worker-main.js', import.meta.url));

/** A worker in a process of its own, which can be killed. */
export class WorkerProcess {
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;
  /** Settles when it is ready to work. */
  readonly ready: Promise<void>;

  constructor(setting: WorkerSetting, atPoint: (point: string) => void) {
    this.#child = fork(program, [JSON.stringify(setting)], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    this.#exited = once(this.#child, 'exit');
    this.ready = new Promise((resolve) => {
      this.#child.on('message', (message) => {
        const told = message as FromWorker;
        if ('ready' in told) resolve();
        else atPoint(told.at);
      });
    });
  }

  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill('SIGKILL');
    await this.#exited;
  }

  /** Puts it to sleep in the middle of what it does. */
  sleep(): void {
    this.#child.kill('SIGSTOP');
  }

  wake(): void {
    this.#child.kill('SIGCONT');
    this.begin();
  }

  /** Lets a spare one work, or one at its point go on. */
  begin(): void {
    this.#child.send({ go: true });
  }
}
