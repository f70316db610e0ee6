import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { BenchError } from '../bench-error.js';

/** How a program is started as a child process. */
export interface ChildOptions {
  /** Its compiled file. */
  program: URL;
  /** Told as JSON in its first argument. */
  setting: object;
  cwd: string;
  env: NodeJS.ProcessEnv;
  /** Told what the child sends. */
  onMessage?: (message: unknown) => void;
}

const longestStart = 120_000;
const grace = 10_000;

/** A program of the bench in a process of its own, so that what it costs can be told from the rest. */
export class Child {
  readonly pid: number;
  readonly #process: ChildProcess;
  readonly #exited: Promise<unknown>;
  readonly #ready: Promise<unknown>;

  constructor({ program, setting, cwd, env, onMessage = () => undefined }: ChildOptions) {
    const file = fileURLToPath(program);
    const child = fork(file, [JSON.stringify(setting)], { cwd, env, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    this.#process = child;
    this.pid = child.pid ?? 0;
    this.#exited = once(child, 'exit').catch(() => undefined);
    this.#ready = once(child, 'message');
    this.#ready.catch(() => undefined);
    child.on('message', onMessage);
  }

  /** Waits for its first message. */
  async ready(): Promise<void> {
    const timer = new AbortController();
    const late = sleep(longestStart, 'late', { signal: timer.signal }).catch(() => undefined);
    const first = await this.during(Promise.race([this.#ready, late]));
    timer.abort();
    if (first === 'late') throw new BenchError(`The process ${this.pid} of the bench did not get ready.`);
  }

  /** What `work` gives; throws when the process ends before that. */
  during<T>(work: Promise<T>): Promise<T> {
    const lost = this.#exited.then(() => Promise.reject(new BenchError(`The process ${this.pid} of the bench ended.`)));
    return Promise.race([work, lost]);
  }

  /** Ends it at once, in the midst of whatever it does. */
  async kill(): Promise<void> {
    this.#process.kill('SIGKILL');
    await this.#exited;
  }

  /** Lets it end in order; one that does not is killed. */
  async stop(): Promise<void> {
    if (this.#process.connected) this.#process.disconnect();
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), grace);
    if (this.#process.exitCode === null && this.#process.signalCode === null) await this.#exited;
    clearTimeout(timer);
  }
}

/** In a child: ends the process with its parent, however that ends; `close` has some seconds to put things in order. */
export function endWithParent(close: () => Promise<void>): void {
  // Ctrl-C reaches every process of the terminal; the parent decides when its children end.
  process.on('SIGINT', () => undefined);
  process.once('disconnect', () => {
    setTimeout(() => process.exit(), grace / 2).unref();
    void close().finally(() => process.exit());
  });
}
