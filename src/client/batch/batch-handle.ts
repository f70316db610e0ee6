import { randomUUID } from 'node:crypto';
import { setTimeout as passed } from 'node:timers/promises';
import {
  type BatchItemInput,
  type BatchProgress,
  type BatchReport,
  defaultWindow,
  type ItemEnd,
  type Stopped,
} from '../../core/batch.js';
import { isPerdureError, PerdureError } from '../../core/errors.js';
import { inTurns } from '../../core/in-turns.js';
import type { Json } from '../../core/json.js';
import { jsonBytes } from '../../schemas/limits.js';
import { BatchCalls, type BatchPlace } from './calls.js';
import type { ItemSource, Page } from './items.js';
import type { BatchItem } from './options.js';
import type { ResultsFile } from './results-file.js';

/** Milliseconds between two looks at the batch. */
const pauses = { shortest: 100, longest: 2_000 };
const betweenTries = 1_000;
/** Runs whose outcome is read at once. */
const readsAtOnce = 8;
/** Bytes of JSON of outcomes that are read before they are written down. */
const mostHeldBytes = 4 * 1024 * 1024;
/** Looks that show nothing new, after which it is looked whether the workflow goes on at all. */
const quietLooks = 10;

/** A page that is being read. */
interface PageReading {
  ready?: Page;
  failure?: unknown;
  reading: Promise<void>;
}

/** What a handle works with. */
export interface BatchWork<T> {
  key: string;
  place: BatchPlace;
  source: Pick<ItemSource<unknown, T>, 'nextPage' | 'close' | 'skipped'>;
  file: ResultsFile;
  settings: { window?: number; stopOn?: { failures: number | `${number}%` } };
  onTrouble?: (line: string) => void;
}

/**
 * A batch that this process feeds. Going through it is what feeds it and gives each item as it ends; who stops going
 * through it leaves the batch with what it has by then.
 */
export class BatchHandle<T = Json> implements AsyncIterable<BatchItem<T>> {
  /** What the batch was started with. */
  readonly key: string;
  readonly #work: BatchWork<T>;
  readonly #calls: BatchCalls;
  readonly #feeder = randomUUID();
  /** What the batch was given and has not told the end of, by the keys of the items. */
  readonly #open = new Map<string, BatchItemInput>();
  readonly #startedAt = new Date().toISOString();
  #page: PageReading | undefined;
  #waiting: BatchItemInput[] = [];
  /** Whether nothing comes after what waits. */
  #last = false;
  #fed = false;
  /** Of the last end that is written down. */
  #cursor = 0;
  #acked = 0;
  #stopped: Stopped | undefined;
  /** Whether it was stopped before this process came: it is begun anew when it is over. */
  #stopsBefore = false;
  #progress: BatchReport | undefined;
  #going: AsyncGenerator<BatchItem<T>> | undefined;
  #endedAt: string | undefined;

  constructor(work: BatchWork<T>) {
    this.key = work.key;
    this.#work = work;
    this.#calls = new BatchCalls(work.place.client, work.key);
  }

  /**
   * Gives each item as it ends, once it is in the results file.
   * @throws PerdureError `bad-input` for a page with an item that does not fit, `batch-taken` when another process has
   * begun to feed the batch.
   */
  [Symbol.asyncIterator](): AsyncGenerator<BatchItem<T>> {
    this.#going ??= this.#play();
    return this.#going;
  }

  /** Goes through what is left, and says how the whole batch went, earlier starts with the same results file included. */
  async report(): Promise<BatchReport> {
    const going = this[Symbol.asyncIterator]();
    while (!(await going.next()).done);
    return this.progress();
  }

  /** How far it is, as far as this process knows. */
  progress(): BatchReport {
    const { file, source } = this.#work;
    const { queued = 0, live = 0, notStarted = 0 } = this.#progress ?? {};
    const over = this.#endedAt !== undefined;
    return {
      key: this.key,
      items: file.recorded.size + (over ? 0 : queued + live),
      queued: over ? 0 : queued,
      live: over ? 0 : live,
      ...file.tally.counts(),
      startedAt: this.#startedAt,
      ...(over && { endedAt: this.#endedAt }),
      ...(source.skipped > 0 && { skipped: source.skipped }),
      ...(this.#stopped && { stopped: this.#stopped, notStarted: notStarted + this.#waiting.length }),
    };
  }

  /** Starts nothing more, and stops what lives; the ends of that still come. */
  async cancel(): Promise<void> {
    await this.#patiently(() => this.#calls.cancel());
  }

  #noteStop(stopped: Stopped | undefined): void {
    if (!this.#stopsBefore) this.#stopped ??= stopped;
  }

  async *#play(): AsyncGenerator<BatchItem<T>> {
    const { file, source } = this.#work;
    try {
      await this.#begin();
      for (let pause = pauses.shortest, quiet = 0; ; ) {
        const fed = await this.#feed();
        const progress = await this.#look();
        const items = await this.#collect(progress.ended);
        yield* items;
        if (progress.over && progress.ended.length === 0 && (await this.#isDone())) return;
        const isQuiet = !fed && items.length === 0;
        pause = isQuiet ? Math.min(pause * 1.5, pauses.longest) : pauses.shortest;
        quiet = isQuiet ? quiet + 1 : 0;
        if (quiet >= quietLooks) {
          quiet = 0;
          if (!(await this.#patiently(() => this.#calls.goesOn()))) await this.#begin();
        }
        if (isQuiet) await this.#rest(pause);
      }
    } finally {
      source.close();
      await file.close();
    }
  }

  async #rest(ms: number): Promise<void> {
    const timer = passed(ms);
    await (this.#page ? Promise.race([timer, this.#page.reading]) : timer);
  }

  /** Starts the batch, or takes it up; what it was given before and has not told the end of is given again. */
  async #begin(): Promise<void> {
    this.#waiting = [...this.#open.values(), ...this.#waiting];
    this.#open.clear();
    this.#cursor = 0;
    this.#acked = 0;
    this.#fed = false;
    const { window = defaultWindow, stopOn } = this.#work.settings;
    for (;;) {
      await this.#patiently(() => this.#calls.start(this.#work.place));
      try {
        const attach = { window, ...(stopOn && { stopOn }) };
        const verdict = await this.#patiently(() => this.#calls.feed({ feeder: this.#feeder, attach, items: [] }));
        this.#stopsBefore = verdict.stopped !== undefined;
        return;
      } catch (error) {
        // It ended between the two.
        if (!isPerdureError(error, 'batch-not-found')) throw error;
      }
    }
  }

  /** Whether the batch that is over was all of it; one that was stopped before, or lapsed, is begun anew. */
  async #isDone(): Promise<boolean> {
    const given = this.#fed || this.#stopped !== undefined;
    if (given && (this.#open.size === 0 || this.#stopped)) {
      this.#endedAt = new Date().toISOString();
      return true;
    }
    await this.#begin();
    return false;
  }

  /** Gives the batch what it has room for; says whether it took anything. */
  async #feed(): Promise<boolean> {
    if (this.#stopped) return this.#acknowledge();
    await this.#fill();
    const done = this.#last;
    if (this.#fed || (this.#waiting.length === 0 && !done)) return this.#acknowledge();
    const page = this.#waiting.slice(0, mostSent);
    const verdict = await this.#send(page, done && page.length === this.#waiting.length);
    if (!verdict) return false;
    for (const item of this.#waiting.splice(0, verdict.taken)) this.#open.set(item.key, item);
    this.#fed = done && this.#waiting.length === 0;
    return verdict.taken > 0;
  }

  async #acknowledge(): Promise<boolean> {
    if (this.#cursor - this.#acked >= ackAfter) await this.#send([], this.#fed);
    return false;
  }

  async #send(items: BatchItemInput[], done: boolean) {
    const acked = this.#cursor;
    try {
      const verdict = await this.#patiently(() => this.#calls.feed({ feeder: this.#feeder, items, done, acked }));
      if (verdict.lost) throw taken(this.key);
      this.#acked = acked;
      this.#noteStop(verdict.stopped);
      return verdict;
    } catch (error) {
      if (isPerdureError(error, 'batch-not-found')) return undefined;
      throw error;
    }
  }

  /** Has the next page read while the batch goes on: items may be long in coming. */
  async #fill(): Promise<void> {
    if (this.#waiting.length > 0 || this.#last) return;
    if (!this.#page) {
      const page: PageReading = { reading: Promise.resolve() };
      page.reading = this.#work.source.nextPage().then(
        (ready) => void (page.ready = ready),
        (failure: unknown) => void (page.failure = failure),
      );
      this.#page = page;
      await Promise.race([page.reading, passed(pauses.shortest)]);
    }
    const { ready, failure } = this.#page;
    if (failure !== undefined) throw failure;
    if (!ready) return;
    this.#waiting = ready.items;
    this.#last = ready.last;
    this.#page = undefined;
  }

  async #look(): Promise<BatchProgress> {
    const progress = await this.#patiently(() => this.#calls.progress(this.#cursor));
    // Of one that was begun in between, this process is no feeder yet.
    if (progress.feeder !== undefined && progress.feeder !== this.#feeder) throw taken(this.key);
    this.#progress = progress.report;
    this.#noteStop(progress.report.stopped);
    return progress;
  }

  /** Reads what has ended, and writes it down; what is more than is held at once comes with the next look. */
  async #collect(ended: readonly ItemEnd[]): Promise<BatchItem<T>[]> {
    const { file } = this.#work;
    const items: BatchItem<T>[] = [];
    let read = 0;
    for (let bytes = 0; read < ended.length && bytes < mostHeldBytes; ) {
      const some = ended.slice(read, read + readsAtOnce);
      const fresh = some.filter((end) => !file.has(end));
      const found = await inTurns(fresh, readsAtOnce, (end) => this.#patiently(() => this.#calls.read<T>(end)));
      items.push(...found);
      bytes += jsonBytes(found);
      read += some.length;
    }
    await file.append(items);
    for (const { key } of ended.slice(0, read)) this.#open.delete(key);
    this.#cursor = ended[read - 1]?.n ?? this.#cursor;
    return items;
  }

  /** Calls until there is an answer: the batch goes on while Temporal or its workers are away. */
  async #patiently<R>(call: () => Promise<R>): Promise<R> {
    for (let told = false; ; ) {
      try {
        const answer = await call();
        if (told) this.#work.onTrouble?.('Temporal is back.');
        return answer;
      } catch (error) {
        if (!isPerdureError(error, 'temporal-unreachable') && !isPerdureError(error, 'worker-missing')) throw error;
        if (!told) this.#work.onTrouble?.(`${error.message} Waiting until it does.`);
        told = true;
        await passed(betweenTries);
      }
    }
  }
}

/** Items of one message. */
const mostSent = 200;
const ackAfter = 100;

function taken(key: string): PerdureError {
  return new PerdureError({
    code: 'batch-taken',
    message: `Another process feeds the batch '${key}' now.`,
    hint: 'Only one at a time can: the newest one goes on with it.',
  });
}
