import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { type GuardedProcess, type GuardedProgram, spawnGuarded } from '../src/worker/embedded/guarded-process.js';
import { ClusterError } from './cluster-error.js';

const longestStartMs = 300_000;
const betweenLooksMs = 100;
const betweenTriesMs = 500;
const mostWords = 500;

/** How a part is started, and when it counts as up. */
export interface PartSetting {
  name: string;
  program: GuardedProgram;
  /** Whether it serves; what it throws means that it does not yet. */
  isReady(part: Part): Promise<boolean>;
  /** For how many milliseconds it is tried. Default five minutes, since a busy machine takes its time. */
  startMs?: number;
}

/** One process of the cluster, which can be killed and started again. */
export class Part {
  #process: GuardedProcess | undefined;
  #stopped = false;

  constructor(private readonly setting: PartSetting) {}

  get name(): string {
    return this.setting.name;
  }

  get pid(): number {
    return this.#process?.pid ?? 0;
  }

  /** All that it has written since it was started. */
  get log(): string {
    try {
      return readFileSync(this.setting.program.log, 'utf8');
    } catch {
      return '';
    }
  }

  /** Starts it and waits until it serves; one that ends at once, as after a kill, is started again. Throws `ClusterError`. */
  async start(): Promise<void> {
    const { startMs = longestStartMs } = this.setting;
    const until = Date.now() + startMs;
    let words = '';
    for (;;) {
      const started = spawnGuarded(this.setting.program);
      this.#process = started;
      if (await this.#serves(started, until)) return;
      if (this.#stopped) throw new ClusterError(`${this.name} was stopped before it was up.`);
      // The last try may have had no time to say anything.
      words = started.lastWords().slice(-mostWords) || words;
      const why = started.hasExited() ? await started.exited : `not up after ${startMs / 1000} s`;
      if (Date.now() + betweenTriesMs > until) {
        throw new ClusterError(
          `${this.name} did not come up (${why}): ${words}`,
          `Its log: ${this.setting.program.log}`,
        );
      }
      await pause(betweenTriesMs);
    }
  }

  /** Kills it in the midst of what it does. */
  async kill(): Promise<void> {
    await this.#process?.kill();
  }

  /** Lets it end in order, and for good. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#process?.stop();
  }

  async #serves(started: GuardedProcess, until: number): Promise<boolean> {
    while (!started.hasExited() && Date.now() < until) {
      if (await this.setting.isReady(this).catch(() => false)) return true;
      await pause(betweenLooksMs);
    }
    return false;
  }
}
