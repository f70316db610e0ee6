import { isPerdureError } from '../../core/errors.js';
import type { Call } from '../provider.js';
import type { LookTerms } from '../request-budget.js';
import type { BrowserbaseClient } from './client.js';
import type { BrowserbaseRun } from './schemas.js';

/** Single reads are as cheap as a page, which all watchers share, while there are no more of them than this. */
const fewRuns = 2;
const largestPage = 100;
const smallestPage = 5;

type Reading = Call & Required<LookTerms>;

interface Place {
  cursor: string | undefined;
  limit: number;
}

type Page = Awaited<ReturnType<BrowserbaseClient['runs']['list']>>;

/** The provider's list of the runs that go on, of which each page is read once for all who ask in the same moment. */
export class RunningRuns {
  readonly #pages = new Map<string, { at: number; page: Promise<Page | 'too large' | 'unreadable'> }>();

  constructor(private readonly client: BrowserbaseClient) {}

  /**
   * Which of these runs are in the list. It is read no further than single reads would be cheaper; a listed run carries
   * its task and schema, so a page that is too large is asked for again at half its length.
   */
  async among(runIds: readonly string[], reading: Reading): Promise<Map<string, BrowserbaseRun>> {
    const wanted = new Set(runIds);
    const found = new Map<string, BrowserbaseRun>();
    if (wanted.size <= fewRuns) return found;
    const place: Place = { cursor: undefined, limit: largestPage };
    for (let pages = 0; pages < wanted.size / 4 && found.size < wanted.size; pages += 1) {
      const page = await this.#page(place, reading);
      if (page === 'too large' && place.limit > smallestPage) {
        place.limit = Math.ceil(place.limit / 2);
        continue;
      }
      if (page === undefined || typeof page === 'string') return found;
      for (const run of page.runs) if (wanted.has(run.runId)) found.set(run.runId, run);
      if (page.nextCursor === undefined || page.nextCursor === place.cursor) return found;
      place.cursor = page.nextCursor;
    }
    return found;
  }

  async #page(
    place: Place,
    { budget, freshMs, ...call }: Reading,
  ): Promise<Page | 'too large' | 'unreadable' | undefined> {
    const key = `${place.limit}/${place.cursor ?? ''}`;
    const now = Date.now();
    for (const [old, { at }] of this.#pages) if (now - at > freshMs) this.#pages.delete(old);
    const known = this.#pages.get(key);
    if (known) return known.page;
    // A run that is not in the list needs a look of its own.
    if (!budget.take(1)) return undefined;
    const page = this.#list(place, call);
    this.#pages.set(key, { at: now, page });
    // What failed is not kept for others.
    page.catch(() => this.#pages.delete(key));
    return page;
  }

  /** A list that can't be read holds up nobody: the runs are then looked at one by one. */
  async #list(place: Place, call: Call): Promise<Page | 'too large' | 'unreadable'> {
    try {
      return await this.client.runs.list({ status: 'RUNNING', ...place }, call);
    } catch (error) {
      if (!isPerdureError(error) || error.code === 'rate-limited') throw error;
      return error.code === 'response-too-large' ? 'too large' : 'unreadable';
    }
  }
}
