import type { Client } from '@temporalio/client';
import { keyOfWorkflowId } from '../src/core/names.js';
import { mostWatchers, watcherOf, type WatcherPlace } from '../src/core/watch.js';
import type { LimitBook } from './limit-book.js';

interface Known {
  /** Open runs by the last check. */
  open: number;
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

  /** Takes note of how many runs of an account are open. */
  note(account: string, open: number): void {
    this.#accounts.set(account, { open, since: 0 });
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

  #known(account: string): Known {
    return this.#accounts.get(account) ?? { open: 0, since: 0 };
  }

  #needed({ open, since }: Known): number {
    return Math.min(mostWatchers, Math.max(1, Math.ceil((open + since) / this.runsEach)));
  }
}

/** A budget of requests is shared out to all watchers of an account, so its runs are spread over all of them at once. */
export async function placeWithin(limits: LimitBook, client: Client, place: WatcherPlace): Promise<WatcherPlace> {
  const { account, shard, taskQueue, movable } = place;
  if (movable !== true || (await limits.of(client, account)).requestsPerMinute === undefined) return place;
  return { account, shard, taskQueue };
}
