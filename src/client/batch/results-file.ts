import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { BatchTally } from '../../core/batch-tally.js';
import { PerdureError } from '../../core/errors.js';
import type { FinalStatus } from '../../core/run.js';
import { resultsLine } from '../../schemas/batch.js';
import type { BatchItem } from './options.js';

/** What a results file says of an item. */
export interface Recorded {
  run: string;
  status: FinalStatus;
  code?: string;
}

/** The record of a batch: a line of JSON for each item that has ended. */
export class ResultsFile {
  /** The last line of each item, by its key. */
  readonly recorded = new Map<string, Recorded>();
  readonly tally = new BatchTally();

  /** Opened by the first line: a batch that nobody goes through holds no file. */
  #handle: FileHandle | undefined;

  private constructor(private readonly path: string | undefined) {}

  /** One that is kept nowhere. */
  static none(): ResultsFile {
    return new ResultsFile(undefined);
  }

  /**
   * Opens a file and reads what it has; a last line that was cut off is taken away.
   * @throws PerdureError `bad-input` for a file that can't be used, with the line at fault.
   */
  static async open(path: string, batch: string): Promise<ResultsFile> {
    const handle = await open(path, 'a+').catch((cause: unknown) => {
      throw unusable(path, `can't be opened: ${cause instanceof Error ? cause.message : String(cause)}`, cause);
    });
    try {
      await cutTornLine(handle);
      const file = new ResultsFile(path);
      let line = 0;
      for await (const text of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
        line += 1;
        if (text.trim() !== '') file.#note(readLine(text, { path, line, batch }));
      }
      return file;
    } finally {
      await handle.close();
    }
  }

  /** Whether this very run is written down already. */
  has({ key, run }: { key: string; run: string }): boolean {
    return this.recorded.get(key)?.run === run;
  }

  /** Writes items down, and waits until the disk has them. */
  async append(items: readonly BatchItem<unknown>[]): Promise<void> {
    if (items.length === 0) return;
    if (this.path !== undefined) {
      this.#handle ??= await open(this.path, 'a');
      await this.#handle.appendFile(items.map((item) => `${JSON.stringify(item)}\n`).join(''));
      await this.#handle.datasync();
    }
    for (const item of items) this.#note(item);
  }

  async close(): Promise<void> {
    await this.#handle?.close();
    this.#handle = undefined;
  }

  #note({ startedAt, endedAt, error, ...item }: Omit<BatchItem<unknown>, 'result' | 'left'>): void {
    const { key, run, status, usage, failedOver } = item;
    const before = this.recorded.get(key);
    if (before) this.tally.replace(before.status, before.code);
    const { code } = error ?? {};
    this.recorded.set(key, { run, status, ...(code !== undefined && { code }) });
    const times = { startedAt: Date.parse(startedAt), endedAt: Date.parse(endedAt) };
    this.tally.add({ key, run, status, code, usage, ...times, ...(failedOver && { failedOver }) });
  }
}

type Line = Omit<BatchItem<unknown>, 'result' | 'error'> & { error?: { code: string; message: string } };

function readLine(text: string, { path, line, batch }: { path: string; line: number; batch: string }): Line {
  const place = `${path}:${line}`;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw unusable(place, 'is not JSON', cause);
  }
  const checked = resultsLine.safeParse(value);
  if (!checked.success) throw unusable(place, 'is not a line that a batch writes', checked.error);
  const { error, ...rest } = checked.data;
  if (!rest.run.startsWith(`${batch}/`)) throw unusable(place, `is of the run '${rest.run}', of another batch`);
  return { ...rest, ...(error && { error: { ...error, message: '' } }) };
}

function unusable(place: string, reason: string, cause?: unknown): PerdureError {
  return new PerdureError({
    code: 'bad-input',
    message: `The results file can't be used: ${place} ${reason}.`,
    hint: 'Give the batch a file of its own. A line that is taken out of it has its item looked up, or done, again.',
    cause,
  });
}

const newline = 0x0a;
const piece = 64 * 1024;

/** Whoever wrote the file last may have been killed in the middle of a line. */
async function cutTornLine(handle: FileHandle): Promise<void> {
  const { size } = await handle.stat();
  const buffer = Buffer.alloc(piece);
  for (let end = size; end > 0; ) {
    const start = Math.max(0, end - piece);
    const { bytesRead } = await handle.read(buffer, 0, end - start, start);
    const last = buffer.subarray(0, bytesRead).lastIndexOf(newline);
    if (last >= 0) {
      if (start + last + 1 < size) await handle.truncate(start + last + 1);
      return;
    }
    end = start;
  }
  if (size > 0) await handle.truncate(0);
}
