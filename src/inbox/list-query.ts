import type { Context } from 'hono';
import { isPerdureError, type PerdureError } from '../core/errors.js';
import type { InboxEnv } from './desk.js';
import type { ShortQuery } from './pages/list.js';

/** Lines on one page of a list. */
const pageSize = 25;
const lastPage = 200;

/** What an address says of which part of a list is wanted; of the statuses only those that there are. */
export function shortQueryOf(c: Context<InboxEnv>, statuses: readonly string[]): ShortQuery {
  const given = (name: string) => (c.req.query(name) ?? '').trim();
  const status = given('status');
  const number = Number(given('page'));
  return {
    status: statuses.includes(status) ? status : '',
    prefix: given('prefix'),
    page: Number.isInteger(number) && number >= 1 ? Math.min(number, lastPage) : 1,
  };
}

/** A page of a list, and whether there is more; where the filter can't be used, why. */
interface Listed<T> {
  lines: T[];
  more: boolean;
  problem?: string;
}

/** Reads one page, and one line more. */
export async function readPage<T>(
  { page }: { page: number },
  read: (part: { limit: number; skip: number }) => Promise<T[]>,
): Promise<Listed<T>> {
  try {
    const lines = await read({ limit: pageSize + 1, skip: (page - 1) * pageSize });
    return { lines: lines.slice(0, pageSize), more: lines.length > pageSize };
  } catch (error) {
    if (!isPerdureError(error, 'bad-input')) throw error;
    return { lines: [], more: false, problem: wordsOf(error) };
  }
}

function wordsOf({ message, hint }: PerdureError): string {
  return hint === undefined ? message : `${message} ${hint}`;
}
