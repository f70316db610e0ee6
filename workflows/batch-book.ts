import {
  type BatchEnd,
  type BatchItemInput,
  type BatchProgress,
  type BatchReport,
  defaultWindow,
  type FeedMessage,
  type FeedVerdict,
  type ItemEnd,
  isTooMany,
  jsonLength,
  mostKept,
  mostQueuedBytes,
  mostResultBytes,
  type RunEnd,
  type StopOn,
  type Stopped,
} from '../src/core/batch.js';
import { BatchTally, type Tallied } from '../src/core/batch-tally.js';

/** A run that was started and has not ended. */
interface LiveItem {
  /** Of the item. */
  key: string;
  /** Epoch milliseconds: when it is looked at, should it have told nothing until then. */
  checkAt: number;
  /** Milliseconds from one such look to the next. */
  wait: number;
  /** Whether it was asked to stop. */
  cancelled?: true;
}

/** What a batch begins with, and carries over when it continues as new. */
export interface BatchSettings {
  key: string;
  /** How much shorter every wait is; 1 outside tests. */
  scale: number;
  window?: number;
  stopOn?: StopOn;
  /** Its ends are not fetched: they are given with its own end. */
  keeps?: true;
}

/** What a batch has come to. */
export interface CarriedBook {
  startedAt: number;
  feeder?: string;
  window?: number;
  stopOn?: StopOn;
  fed: boolean;
  stopped?: Stopped;
  notStarted: number;
  queue: BatchItemInput[];
  live: [run: string, item: LiveItem][];
  ended: ItemEnd[];
  /** Bytes of JSON of the results among them. */
  resultBytes: number;
  leftOut: boolean;
  n: number;
  tally: Tallied;
  quietSince: number;
}

const firstCheck = 120_000;
const longestCheck = 1_800_000;
/** How long a batch waits for items that nobody brings. */
const patience = 3_600_000;
const mostAtOnce = 20;
const mostShown = 300;

/** What a batch knows: what waits, what lives, and what has ended. */
export class BatchBook {
  readonly #tally: BatchTally;
  readonly #state: CarriedBook;
  readonly #live: Map<string, LiveItem>;
  #queuedBytes: number;

  constructor(
    private readonly settings: BatchSettings,
    now: number,
    state?: CarriedBook,
  ) {
    this.#state = state ?? {
      startedAt: now,
      fed: false,
      notStarted: 0,
      queue: [],
      live: [],
      ended: [],
      resultBytes: 0,
      leftOut: false,
      n: 0,
      tally: new BatchTally().counts(),
      quietSince: now,
    };
    this.#tally = new BatchTally(this.#state.tally);
    this.#live = new Map(this.#state.live);
    this.#queuedBytes = this.#state.queue.reduce((sum, item) => sum + jsonLength(item), 0);
  }

  /** Takes items in as far as there is room; those that wait, live or have ended are not taken twice. */
  feed({ feeder, attach, items, done, acked }: FeedMessage, now: number): FeedVerdict {
    const state = this.#state;
    if (attach) Object.assign(state, { feeder, window: attach.window, stopOn: attach.stopOn, fed: false });
    if (state.feeder !== undefined && state.feeder !== feeder) return { taken: 0, lost: true };
    if (acked !== undefined) state.ended = state.ended.filter(({ n }) => n > acked);
    state.quietSince = now;
    if (state.stopped) return { taken: 0, stopped: state.stopped };
    const known = new Set([...state.queue.map(({ input }) => input.key), ...state.ended.map(({ run }) => run)]);
    let taken = 0;
    for (const item of items) {
      const { key } = item.input;
      if (known.has(key) || this.#live.has(key)) {
        taken += 1;
        continue;
      }
      const bytes = jsonLength(item);
      // A workflow was told that there is room before it sent this.
      if (!this.settings.keeps && !this.#hasRoom(bytes)) break;
      state.queue.push(item);
      known.add(key);
      this.#queuedBytes += bytes;
      taken += 1;
    }
    state.fed = done === true && taken === items.length;
    return { taken };
  }

  #hasRoom(bytes: number): boolean {
    const { queue, ended } = this.#state;
    if (!this.settings.keeps && ended.length >= mostKept) return false;
    return queue.length === 0 || this.#queuedBytes + bytes <= mostQueuedBytes;
  }

  /** Whether a whole page can be sent by somebody who is not told how much of it was taken. */
  get takesPage(): boolean {
    return this.#queuedBytes <= mostQueuedBytes / 2;
  }

  get #window(): number {
    return this.#state.window ?? this.settings.window ?? defaultWindow;
  }

  /** How many items can be started now. */
  get startable(): number {
    return Math.max(0, Math.min(this.#window - this.#live.size, this.#state.queue.length, mostAtOnce));
  }

  /** Takes the items out that are to be started now. They live from here on: a run may tell its end before its start is. */
  take(now: number): BatchItemInput[] {
    const items = this.#state.queue.splice(0, this.startable);
    const wait = firstCheck * this.settings.scale;
    for (const item of items) {
      this.#live.set(item.input.key, { key: item.key, checkAt: now + wait, wait });
      this.#queuedBytes -= jsonLength(item);
    }
    return items;
  }

  /** What is known of runs: those that have ended are taken in. */
  noteEnds(ends: readonly (RunEnd | null)[], now: number): void {
    for (const end of ends) if (end) this.end(end, now);
  }

  /** Takes in the end of a run; of one that does not live here, or has ended already, nothing. */
  end(end: RunEnd, now: number): void {
    const item = this.#live.get(end.run);
    if (!item) return;
    this.#live.delete(end.run);
    const state = this.#state;
    state.n += 1;
    state.quietSince = now;
    this.#tally.add({ ...end, key: item.key });
    state.ended.push({ ...end, key: item.key, n: state.n });
    if (this.settings.keeps) this.#bound();
    const stopOn = state.stopOn ?? this.settings.stopOn;
    if (stopOn && isTooMany(stopOn, this.#tally.failed, this.#tally.ended)) this.stop('failures');
  }

  /** Ends that nobody fetches must fit into one payload in the end. */
  #bound(): void {
    const state = this.#state;
    const { result } = state.ended.at(-1) ?? {};
    state.resultBytes += result === undefined ? 0 : jsonLength(result);
    state.leftOut ||= state.resultBytes > mostResultBytes || state.ended.length > mostKept;
    if (state.leftOut) state.ended = state.ended.map(({ result: _, ...end }) => end).slice(0, mostKept);
  }

  /** Starts nothing more; what lives goes on unless it is cancelled. */
  stop(why: Stopped): void {
    const state = this.#state;
    if (state.stopped === 'cancelled') return;
    state.stopped = why;
    state.notStarted += state.queue.length;
    state.queue = [];
    this.#queuedBytes = 0;
  }

  /** The runs that have to be asked to stop. */
  toCancel(): string[] {
    if (this.#state.stopped !== 'cancelled') return [];
    return [...this.#live]
      .filter(([, { cancelled }]) => !cancelled)
      .map(([run]) => run)
      .slice(0, mostAtOnce);
  }

  cancelled(runs: readonly string[]): void {
    for (const run of runs) {
      const item = this.#live.get(run);
      if (item) item.cancelled = true;
    }
  }

  /** The runs that have told nothing for long; each is looked at later and later. */
  takeDue(now: number): string[] {
    const due = [...this.#live].filter(([, { checkAt }]) => checkAt <= now).slice(0, mostAtOnce);
    for (const [, item] of due) {
      item.wait = Math.min(item.wait * 2, longestCheck * this.settings.scale);
      item.checkAt = now + item.wait;
    }
    return due.map(([run]) => run);
  }

  /** Milliseconds until it has to look by itself. */
  patience(now: number): number {
    const { quietSince } = this.#state;
    if (!this.#isIdle) return Math.max(1, this.#nextCheck() - now);
    const left = quietSince + patience * this.settings.scale - now;
    return left > 0 ? left : patience;
  }

  #nextCheck(): number {
    return Math.min(...[...this.#live.values()].map(({ checkAt }) => checkAt));
  }

  get #isIdle(): boolean {
    return this.#live.size === 0 && this.#state.queue.length === 0;
  }

  /** Whether nothing more comes, or nobody has brought anything for long, and all has ended. */
  isOver(now: number): boolean {
    if (!this.#isIdle) return false;
    const { fed, stopped, quietSince } = this.#state;
    if (fed || stopped !== undefined) return true;
    // A workflow that feeds it does so until it has closed, and with it the batch is cancelled.
    return !this.settings.keeps && now >= quietSince + patience * this.settings.scale;
  }

  progress(after: number, now: number): BatchProgress {
    const { ended, stopped, feeder } = this.#state;
    const over = this.isOver(now);
    return {
      report: this.report(now, over),
      ended: ended.filter(({ n }) => n > after).slice(0, mostShown),
      over,
      room: stopped === undefined && this.#hasRoom(1),
      feeder,
    };
  }

  report(now: number, over: boolean): BatchReport {
    const { startedAt, stopped, notStarted, queue } = this.#state;
    const live = this.#live.size;
    return {
      key: this.settings.key,
      items: this.#tally.ended + live + queue.length,
      queued: queue.length,
      live,
      ...this.#tally.counts(),
      startedAt: new Date(startedAt).toISOString(),
      ...(over && { endedAt: new Date(now).toISOString() }),
      ...(stopped && { stopped, notStarted }),
    };
  }

  /** What it gives at its end. */
  conclude(now: number): BatchEnd {
    const { ended: items, leftOut } = this.#state;
    const report = this.report(now, true);
    return { report, ...(this.settings.keeps && { items }), ...(leftOut && { resultsLeftOut: true }) };
  }

  carry(): CarriedBook {
    return { ...this.#state, live: [...this.#live], tally: this.#tally.counts() };
  }
}
