import type { Perdure } from '../../src/client/perdure.js';

const pauseMs = 150;

/** Tells those who answer for a run that it waits for a person, by looking at the list of such runs. */
export class Waiting {
  readonly #people = new Map<string, () => Promise<void>>();
  readonly #busy = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #open = true;
  #looking: Promise<void> = Promise.resolve();

  constructor(private readonly perdure: Perdure) {
    this.#arm();
  }

  /** Has `answer` called whenever the run with this key waits, one call at a time; gives back how to stop. */
  attend(key: string, answer: () => Promise<void>): () => void {
    this.#people.set(key, answer);
    return () => void this.#people.delete(key);
  }

  /** Ends with the look that is under way. */
  async close(): Promise<void> {
    this.#open = false;
    clearTimeout(this.#timer);
    await this.#looking;
  }

  #arm(): void {
    if (!this.#open) return;
    this.#timer = setTimeout(() => {
      this.#looking = this.#look().finally(() => this.#arm());
    }, pauseMs);
  }

  async #look(): Promise<void> {
    if (this.#people.size === 0) return;
    // A look that fails is made up for by the next.
    const runs = await this.perdure.list({ status: ['waiting-for-person'], limit: 1000 }).catch(() => []);
    for (const { key } of runs) {
      const answer = this.#people.get(key);
      if (!answer || this.#busy.has(key)) continue;
      this.#busy.add(key);
      void answer()
        .catch(() => undefined)
        .finally(() => this.#busy.delete(key));
    }
  }
}
