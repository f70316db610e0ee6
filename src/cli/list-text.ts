import { PerdureError } from '../core/errors.js';
import { nearest } from '../schemas/nearest.js';
import type { Output } from './output.js';
import { type Cell, layOut } from './table.js';

/** A list for people. */
export interface ListText {
  head: readonly string[];
  rows: readonly (readonly Cell[])[];
  /** The most that was asked for. */
  limit: number;
  /** What is said where there is none. */
  nothing: string;
}

/** Tells a list, or that it is empty, and whether there may be more. */
export function tellList(output: Output, { head, rows, limit, nothing }: ListText): void {
  const titles = head.map((text): Cell => ({ text, paint: (title) => output.paint('dim', title) }));
  if (rows.length === 0) output.note(nothing);
  else output.say(layOut([titles, ...rows]).join('\n'));
  if (rows.length === limit) output.note(`Only the newest ${limit} are listed; --limit lists more.`);
}

/** A time without its milliseconds. */
export function toSeconds(at: string): string {
  return at.replace(/\.\d+Z$/, 'Z');
}

/** Statuses as they are given: several, or several with commas. Throws `bad-input`. */
export function statusesOf<T extends string>(names: readonly T[], given: readonly string[] | undefined) {
  return given?.flatMap((text) => text.split(',')).map((name) => oneOf(names, name, 'status'));
}

/** One of the names. Throws `bad-input` for any other. */
export function oneOf<T extends string>(names: readonly T[], given: string, what: string): T {
  const found = names.find((name) => name === given);
  if (found) return found;
  const near = nearest(given, names);
  throw new PerdureError({
    code: 'bad-input',
    message: `There is no ${what} '${given}'${near === undefined ? '' : `; did you mean '${near}'?`}`,
    hint: `There are ${names.join(', ')}.`,
  });
}
