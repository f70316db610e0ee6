import type { FileHandle } from 'node:fs/promises';
import { PerdureError } from '../../core/errors.js';
import { resultsLine } from '../../schemas/batch.js';
import type { BatchItem } from './options.js';

/** A line of a results file, as far as it is needed. */
export type Line = Omit<BatchItem<unknown>, 'result' | 'error'> & { error?: { code: string; message: string } };

/** Where a line stands, and the batch whose it has to be. */
export interface LinePlace {
  path: string;
  line: number;
  batch: string;
}

/** Reads a line that is whole. Throws `bad-input` for one that no batch of this key has written. */
export function readLine(text: string, { path, line, batch }: LinePlace): Line {
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

/**
 * Reads what a file has behind its last newline: undefined for a line that was cut off. It may be one where lines of the
 * batch come before it, or where it begins as one; a file of something else is not touched. Throws `bad-input`.
 */
export function readTail(text: string, place: LinePlace, follows: boolean): Line | undefined {
  return !isJson(text) && (follows || isBegun(text, place.batch)) ? undefined : readLine(text, place);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function isBegun(text: string, batch: string): boolean {
  const [, key] = /^\{"key":"([^"]*)"/.exec(text) ?? [];
  const begins = key === undefined ? '{"key":"' : `{"key":"${key}","run":"${batch}/`;
  return text.startsWith(begins) || begins.startsWith(text);
}

/** The error of a results file that is not one. */
export function unusable(place: string, reason: string, cause?: unknown): PerdureError {
  return new PerdureError({
    code: 'bad-input',
    message: `The results file can't be used: ${place} ${reason}.`,
    hint: 'Give the batch a file of its own. A line that is taken out of it has its item looked up, or done, again.',
    cause,
  });
}

const newline = 0x0a;
const piece = 64 * 1024;

/** How many bytes of a file of this size its whole lines have. */
export async function bytesOfWholeLines(handle: FileHandle, size: number): Promise<number> {
  const buffer = Buffer.alloc(piece);
  for (let end = size; end > 0; ) {
    const start = Math.max(0, end - piece);
    const { bytesRead } = await handle.read(buffer, 0, end - start, start);
    const last = buffer.subarray(0, bytesRead).lastIndexOf(newline);
    if (last >= 0) return start + last + 1;
    end = start;
  }
  return 0;
}
