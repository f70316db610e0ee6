import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import {
  batchFairness,
  type BatchItemInput,
  type ItemTarget,
  mostItemBytes,
  mostPageBytes,
  mostPageItems,
  ownItemKey,
} from '../../core/batch.js';
import type { Duration } from '../../core/duration.js';
import { isPerdureError, PerdureError } from '../../core/errors.js';
import { batchWorkflowId, itemRunKey } from '../../core/names.js';
import type { Effect } from '../../core/run.js';
import type { Target } from '../../core/run-terms.js';
import { formatBytes, jsonBytes } from '../../schemas/limits.js';
import { hashInput, newRunInput, type StartContext } from '../run-input.js';
import type { BatchOptions } from './options.js';
import type { Recorded, ResultsFile } from './results-file.js';

const mostProblems = 10;

/** An item as it is given, and where. */
interface Given<I> {
  item: I;
  place: string;
}

/** A page of items that can be started. */
export interface Page {
  items: BatchItemInput[];
  last: boolean;
}

/** The items of a batch, checked, without those that are done. */
export class ItemSource<I, T> {
  readonly #seen = new Map<string, string>();
  #rest: AsyncGenerator<Given<I>> | undefined;
  #begun: BatchItemInput | undefined;
  readonly #problems = new Problems('nothing of its page was started; what came before goes on');
  /** Items that the results file has. */
  skipped = 0;

  constructor(
    private readonly options: BatchOptions<I, T>,
    private readonly context: StartContext,
    private readonly file: ResultsFile,
  ) {}

  /**
   * Looks through all items, where they can be gone through twice: a list or a file.
   * @throws PerdureError `bad-input` that names the first ten at fault, each with its place.
   */
  async checkAll(): Promise<void> {
    const { items } = this.options;
    if (typeof items !== 'string' && !Array.isArray(items)) return;
    const problems = new Problems('nothing was started');
    for await (const given of this.#given(problems)) problems.during(() => this.#prepare(given));
    problems.throwAny();
    this.#seen.clear();
    this.skipped = 0;
  }

  /** The next items that are not done, so many as fit in a page. Throws `bad-input` as `checkAll` does. */
  async nextPage(): Promise<Page> {
    const problems = this.#problems;
    this.#rest ??= this.#given(problems);
    const items = this.#begun ? [this.#begun] : [];
    let bytes = this.#begun ? jsonBytes(this.#begun) : 0;
    this.#begun = undefined;
    while (items.length < mostPageItems) {
      const { value, done } = await this.#rest.next();
      if (done) {
        problems.throwAny();
        return { items, last: true };
      }
      const item = problems.during(() => this.#prepare(value));
      if (!item) continue;
      bytes += jsonBytes(item);
      if (bytes > mostPageBytes && items.length > 0) {
        this.#begun = item;
        break;
      }
      items.push(item);
    }
    problems.throwAny();
    return { items, last: false };
  }

  /** Lets go of where the items come from. */
  close(): void {
    // Not awaited: an item that is long in coming would be.
    this.#rest?.return(undefined).catch(() => undefined);
  }

  async *#given(problems: Problems): AsyncGenerator<Given<I>> {
    const { items } = this.options;
    if (typeof items === 'string') {
      yield* linesOf<I>(items, problems);
      return;
    }
    let index = 0;
    for await (const item of items) {
      yield { item, place: `items[${index}]` };
      index += 1;
    }
  }

  #prepare({ item, place }: Given<I>): BatchItemInput | undefined {
    const { key: batch, itemKey, again, effect } = this.options;
    const key = itemKey ? called(() => itemKey(item), place, 'itemKey') : ownKey(item, place);
    const before = this.#seen.get(key);
    if (before !== undefined) throw badItem(`${place}: the item key '${key}' is that of ${before} too.`, keyHint);
    this.#seen.set(key, place);
    if (/:\d+$/.test(key)) throw badItem(`${place}: the item key '${key}' ends in a colon and a number.`, suffixHint);
    const attempt = attemptAt(this.file.recorded.get(key), again, effect);
    if (attempt === undefined) {
      this.skipped += 1;
      return undefined;
    }
    const [first, ...others] = this.#targetsOf({ item, place }).map((target, index) =>
      this.#start(target, { key: itemRunKey(batch, key, attempt + index), place }),
    );
    if (!first) throw badItem(`${place}: the item has no target.`);
    const prepared = { key, ...first, ...(others.length > 0 && { others }) };
    const bytes = jsonBytes(prepared);
    if (bytes <= mostItemBytes) return prepared;
    const most = formatBytes(mostItemBytes);
    throw badItem(`${place}: the item has ${formatBytes(bytes)} as JSON, and may have at most ${most}.`);
  }

  #targetsOf({ item, place }: Given<I>): (Target & { refusedFor?: Duration })[] {
    const { agent, targets, failOverAfter = '1 minute' } = this.options;
    if (!targets) return [{ agent: called(() => agent(item), place, 'agent') }];
    const places = called(() => targets(item), place, 'targets');
    return places.map((target, index) => ({
      ...target,
      ...(index < places.length - 1 && { refusedFor: failOverAfter }),
    }));
  }

  #start(target: Target, { key, place }: { key: string; place: string }): ItemTarget {
    const {
      key: batch,
      items,
      agent,
      targets,
      failOverAfter,
      itemKey,
      window,
      stopOn,
      resultsFile,
      again,
      ...run
    } = this.options;
    const id = batchWorkflowId(batch);
    const priority = { fairnessKey: batchFairness(id), ...run.priority };
    const input = newRunInput({ ...run, ...target, priority, key }, this.context, `the item at ${place}`);
    return { input: { ...input, batch: { id } }, hash: hashInput(input) };
  }
}

const keyHint = 'Each item needs a key of its own: give the batch itemKey, or each item a field key.';
const suffixHint = 'So end the keys of runs that are made again.';

/** Which run of an item is to be made; undefined when there is none. */
function attemptAt(recorded: Recorded | undefined, again: 'failed' | undefined, effect: Effect = 'write') {
  if (!recorded) return 1;
  const { status, run } = recorded;
  if (again === undefined || status === 'completed' || (status === 'unknown' && effect === 'write')) return undefined;
  return Number(/:(\d+)$/.exec(run)?.[1] ?? 1) + 1;
}

/** What a function of the caller's makes of an item; where it throws, the item is told. */
function called<R>(act: () => R, place: string, name: string): R {
  try {
    return act();
  } catch (cause) {
    if (isPerdureError(cause)) throw badItem(`${place}: ${cause.message}`, cause.hint);
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new PerdureError({ code: 'bad-input', message: `${place}: ${name} has thrown: ${reason}`, cause });
  }
}

function ownKey(item: unknown, place: string): string {
  const key = ownItemKey(item);
  if (key !== undefined) return key;
  throw badItem(`${place}: the item has neither a field key nor id.`, keyHint);
}

async function* linesOf<I>(path: string, problems: Problems): AsyncGenerator<Given<I>> {
  const input = createReadStream(path);
  let line = 0;
  try {
    for await (const text of createInterface({ input, crlfDelay: Infinity })) {
      line += 1;
      if (text.trim() === '') continue;
      const place = `${path}:${line}`;
      const item = problems.during(() => parseLine<I>(text, place));
      if (item !== undefined) yield { item, place };
    }
  } catch (cause) {
    if (isPerdureError(cause)) throw cause;
    throw badItem(`${path} can't be read: ${cause instanceof Error ? cause.message : String(cause)}.`);
  } finally {
    input.destroy();
  }
}

function parseLine<I>(text: string, place: string): I {
  try {
    return JSON.parse(text) as I;
  } catch {
    // The parser's message quotes the text, and an item may hold what is not to be shown.
    throw badItem(`${place}: the line is not JSON.`);
  }
}

function badItem(message: string, hint?: string): PerdureError {
  return new PerdureError({ code: 'bad-input', message, hint });
}

/** What is wrong with items, so that all of it is told at once. */
class Problems {
  readonly #found: PerdureError[] = [];
  #more = 0;

  constructor(private readonly consequence: string) {}

  /** Does something for an item; what is wrong with it is kept. */
  during<R>(act: () => R): R | undefined {
    try {
      return act();
    } catch (error) {
      if (!isPerdureError(error, 'bad-input')) throw error;
      if (this.#found.length < mostProblems) this.#found.push(error);
      else this.#more += 1;
      return undefined;
    }
  }

  throwAny(): void {
    if (this.#found.length === 0) return;
    const lines = this.#found.map(({ message }) => `\n  - ${message.replaceAll('\n', '\n  ')}`);
    if (this.#more > 0) lines.push(`\n  - and ${this.#more} more`);
    const count = this.#found.length + this.#more;
    const hints = [...new Set(this.#found.flatMap(({ hint }) => (hint === undefined ? [] : [hint])))];
    const subject = count === 1 ? 'An item' : `${count} items`;
    const message = `${subject} can't be used; ${this.consequence}:${lines.join('')}`;
    throw badItem(message, hints.length > 0 ? hints.join(' ') : undefined);
  }
}
