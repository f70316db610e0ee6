import { keyOfWorkflowId } from '../src/core/names.js';
import { mostWatchers, watcherOf, type WatcherPlace } from '../src/core/watch.js';

interface Known {
  /** Open runs by the last check. */
  open: number;
  /** Watchers that had runs then. */
  used: number;
  /** Runs that were taken in here since. */
  since: number;
}

/**
 * How many of an account's watchers its runs are spread over. A tick costs about the same whether it looks at one run or
 * at many, so few runs are looked at by one watcher.
 */
export class WatchSpread {
  readonly #accounts = new Map<string, Known>();

  /** `runsEach`: open runs that one watcher looks at before another helps it. */
  constructor(private readonly runsEach = 150) {}

  /** Takes note of how many runs of an account are open, and how many watchers look at them. */
  note(account: string, open: number, used: number): void {
    this.#accounts.set(account, { open, used, since: 0 });
  }

  /** Who takes the run in: the watcher that it has, or one of those that the account's runs are spread over. */
  placeOf(id: string, place: WatcherPlace): WatcherPlace {
    if (place.movable !== true) return place;
    const { account, taskQueue } = place;
    const known = this.#known(account);
    known.since += 1;
    this.#accounts.set(account, known);
    return watcherOf(keyOfWorkflowId(id) ?? id, account, { taskQueue, among: this.#needed(known) });
  }

  /** Over how many watchers the account's budget of requests is shared out: over all, as long as nothing is known. */
  sharers(account: string): number {
    const known = this.#known(account);
    return Math.max(known.used, this.#needed(known));
  }

  #known(account: string): Known {
    return this.#accounts.get(account) ?? { open: 0, used: mostWatchers, since: 0 };
  }

  #needed({ open, since }: Known): number {
    return Math.min(mostWatchers, Math.max(1, Math.ceil((open + since) / this.runsEach)));
  }
}
