import type { Call } from '../provider.js';
import type { AnchorLegacyTasks } from './run-calls.js';
import type { LegacyExecution } from './run-schemas.js';

const mostPagesToSearch = 20;

/**
 * The execution of a legacy task that was started since then, when there is exactly one. Executions carry neither a
 * mark nor a session, so two of them can't be told apart. The list's order is not documented: its first page shows it.
 */
export async function findExecution(
  tasks: AnchorLegacyTasks,
  { taskId, since }: { taskId: string; since: string },
  call: Call,
): Promise<string | undefined> {
  const from = Date.parse(since);
  const first = await tasks.executions(taskId, 1, call);
  const newestFirst = timeOf(first.executions.at(0)) >= timeOf(first.executions.at(-1));
  const pages = order(first.totalPages, newestFirst);
  const candidates = new Set<string>();
  for (const [index, page] of pages.entries()) {
    if (index === mostPagesToSearch) return undefined;
    const { executions } = page === 1 ? first : await tasks.executions(taskId, page, call);
    const young = executions.filter((execution) => timeOf(execution) >= from);
    for (const { id } of young) candidates.add(id);
    if (candidates.size > 1) return undefined;
    if (young.length < executions.length) break;
  }
  const [only] = candidates;
  return only;
}

/** The pages to read, the newest first, and one more than may be read where there are too many. */
function order(totalPages: number, newestFirst: boolean): number[] {
  const length = Math.min(Math.max(1, Math.floor(totalPages)), mostPagesToSearch + 1);
  return Array.from({ length }, (_, index) => (newestFirst ? index + 1 : totalPages - index));
}

/** A queued execution has no time yet, so it is as young as can be. */
function timeOf(execution: LegacyExecution | undefined): number {
  const time = Date.parse(execution?.startTime ?? '');
  return Number.isNaN(time) ? Number.POSITIVE_INFINITY : time;
}
