import { isPerdureError } from '../../core/errors.js';
import type { Call } from '../provider.js';
import type { RequestBudget } from '../request-budget.js';
import type { BrowserbaseClient } from './client.js';
import type { BrowserbaseRun } from './schemas.js';

/** Single reads are as cheap as a page while there are no more of them than this. */
const fewRuns = 3;
const largestPage = 100;
const smallestPage = 5;

/**
 * Which of these runs are in the list of those that run. It is read no further than single reads would be cheaper; a
 * listed run carries its task and schema, so a page that is too large is asked for again at half its length.
 */
export async function runningAmong(
  client: BrowserbaseClient,
  runIds: readonly string[],
  { budget, ...call }: Call & { budget: RequestBudget },
): Promise<Map<string, BrowserbaseRun>> {
  const wanted = new Set(runIds);
  const found = new Map<string, BrowserbaseRun>();
  if (wanted.size <= fewRuns) return found;
  let cursor: string | undefined;
  let limit = largestPage;
  for (let requests = 0; requests < wanted.size / 4 && found.size < wanted.size && budget.take(); requests += 1) {
    const page = await listPage(client, { cursor, limit }, call);
    if (page === 'too large' && limit > smallestPage) {
      limit = Math.ceil(limit / 2);
      continue;
    }
    if (typeof page === 'string') return found;
    for (const run of page.runs) if (wanted.has(run.runId)) found.set(run.runId, run);
    if (page.nextCursor === undefined || page.nextCursor === cursor) return found;
    cursor = page.nextCursor;
  }
  return found;
}

interface Place {
  cursor: string | undefined;
  limit: number;
}

/** A list that can't be read holds up nobody: the runs are then looked at one by one. */
async function listPage(client: BrowserbaseClient, place: Place, call: Call) {
  try {
    return await client.runs.list({ status: 'RUNNING', ...place }, call);
  } catch (error) {
    if (!isPerdureError(error)) throw error;
    if (error.code === 'rate-limited') throw error;
    return error.code === 'response-too-large' ? 'too large' : 'unreadable';
  }
}
