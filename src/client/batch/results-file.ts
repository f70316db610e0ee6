import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { BatchTally } from '../../core/batch-tally.js';
import type { FinalStatus } from '../../core/run.js';
import type { BatchItem } from './options.js';
import { bytesOfWholeLines, type Line, readLine, readTail, unusable } from './results-lines.js';

/** What a results file says of an item. */
export interface Recorded {
  run: string;
  status: FinalStatus;
  code?: string;
}

/** Bytes behind the last newline: an outcome, which fits into a payload, has less. */
const longestTail = 16 * 1024 * 1024;

/** The record of a batch: a line of JSON for each item that has ended. */
export class ResultsFile {
  /** The last line of each item, by its key. */
  readonly recorded = new Map<string, Recorded>();
  readonly tally = new BatchTally();

  /** Opened by the first line: a batch that nobody goes through holds no file. */
  #handle: FileHandle | undefined;
  /** What was read of it: whole lines, and their bytes. */
  readonly #whole = { lines: 0, bytes: 0 };
  /** Whether what stands behind the whole lines is done with. */
  #mended = false;

  private constructor(
    private readonly path?: string,
    private readonly batch = '',
  ) {}

  /** One that is kept nowhere. */
  static none(): ResultsFile {
    return new ResultsFile(undefined);
  }

  /**
   * Opens a file and reads what it has; the first line that is written takes away one that was cut off.
   * @throws PerdureError `bad-input` for a file that can't be used, with the line at fault; nothing in it was changed.
   */
  static async open(path: string, batch: string): Promise<ResultsFile> {
    const handle = await open(path, 'a+').catch((cause: unknown) => {
      throw unusable(path, `can't be opened: ${cause instanceof Error ? cause.message : String(cause)}`, cause);
    });
    try {
      const file = new ResultsFile(path, batch);
      await file.#read(handle, path);
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
      this.#handle ??= await open(this.path, 'a+');
      await this.#mend(this.#handle, this.path);
      const lines = items.filter((item) => !this.has(item)).map((item) => `${JSON.stringify(item)}\n`);
      await this.#handle.appendFile(lines.join(''));
      await this.#handle.datasync();
    }
    for (const item of items) this.#take(item);
  }

  async close(): Promise<void> {
    await this.#handle?.close();
    this.#handle = undefined;
  }

  /** Reads the lines that have come since, and what stands behind them; says what that is. */
  async #read(handle: FileHandle, path: string): Promise<'nothing' | 'a line' | 'a line that was cut off'> {
    const { batch } = this;
    const { size } = await handle.stat();
    const end = await bytesOfWholeLines(handle, size);
    const whole = this.#whole;
    if (end > whole.bytes) {
      const input = createReadStream(path, { start: whole.bytes, end: end - 1 });
      for await (const text of createInterface({ input, crlfDelay: Infinity })) {
        whole.lines += 1;
        if (text.trim() !== '') this.#take(readLine(text, { path, line: whole.lines, batch }));
      }
      whole.bytes = end;
    }
    const place = { path, line: whole.lines + 1, batch };
    if (size - end > longestTail) throw unusable(`${path}:${place.line}`, 'is longer than a line that a batch writes');
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(size - end), 0, size - end, end);
    const tail = buffer.toString('utf8', 0, bytesRead);
    if (tail.trim() === '') return 'nothing';
    const line = readTail(tail, place, this.recorded.size > 0);
    if (line) this.#take(line);
    return line ? 'a line' : 'a line that was cut off';
  }

  /**
   * Makes the end of the file one that lines can follow, before the first: whoever wrote it last may have been killed in
   * the middle of a line, or have gone on until it lost the batch; and an editor may have taken the last newline away.
   */
  async #mend(handle: FileHandle, path: string): Promise<void> {
    if (this.#mended) return;
    const tail = await this.#read(handle, path);
    if (tail === 'a line') await handle.appendFile('\n');
    if (tail === 'a line that was cut off') await handle.truncate(this.#whole.bytes);
    this.#mended = true;
  }

  #take(line: Line | BatchItem<unknown>): void {
    if (!this.has(line)) this.#note(line);
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
