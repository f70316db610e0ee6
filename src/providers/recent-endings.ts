import { isTerminal } from '../core/reading.js';
import type { Ending } from './provider.js';

/** Endings that are kept at most: an ending holds its result. */
const most = 50;

/** How runs were seen to end a moment ago, for whoever reads them right after. */
export class RecentEndings {
  readonly #seen = new Map<string, { at: number; ending: Ending }>();

  /** Keeps how a run ended; what is no end is not kept. */
  keep(runId: string, ending: Ending): void {
    const { state } = ending.reading;
    if (!isTerminal(state) || state === 'gone') return;
    this.#seen.delete(runId);
    this.#seen.set(runId, { at: Date.now(), ending });
    const [oldest] = this.#seen.keys();
    if (this.#seen.size > most && oldest !== undefined) this.#seen.delete(oldest);
  }

  /** Gives an ending away, once, if it was seen no longer ago than so many milliseconds. */
  take(runId: string, freshMs: number): Ending | undefined {
    const seen = this.#seen.get(runId);
    this.#seen.delete(runId);
    return seen && Date.now() - seen.at <= freshMs ? seen.ending : undefined;
  }
}
