import { Context } from '@temporalio/activity';
import type { EndpointName } from '../src/core/endpoints.js';
import { isPerdureError } from '../src/core/errors.js';
import { generationOf } from '../src/core/mark.js';
import { backoffAt, type Timings } from '../src/core/timings.js';
import type { EndpointDriver, Found } from '../src/providers/provider.js';
import type { ActivityDependencies } from './dependencies.js';
import { toFailure } from './failure.js';
import { withHeartbeats } from './heartbeats.js';
import { type LateRun, stopFound } from './stop-found.js';

/** A run that is looked for by its mark. */
export interface FindTask {
  account: string;
  endpoint: EndpointName;
  mark: string;
  /** Whether a run of any start of this one is looked for, as after a reset. */
  anyGeneration?: boolean;
  /** Narrows the search at Browserbase. */
  agentId?: string;
  /** ISO 8601; it was not started before. */
  since: string;
  /** Milliseconds to go on looking while nothing is found. */
  forMs: number;
  timings: Timings;
}

/** What carries the mark, of the newest start the oldest first; `asked` is false when the provider never answered. */
interface Sighting {
  found: Found[];
  asked: boolean;
}

/** The run that carries the mark. */
export interface FindReport {
  runId?: string;
  /** Which start the run is of. */
  generation?: number;
  /** Further runs that were found, which were stopped. */
  others: LateRun[];
}

/** Looks for the run that carries a mark until it shows or the time is over. */
export function findMarked(dependencies: ActivityDependencies): (task: FindTask) => Promise<FindReport> {
  return (task) =>
    withHeartbeats(task.timings.heartbeat, async () => {
      try {
        const driver = (await dependencies.provider(task.account)).driver(task.endpoint);
        const [first, ...others] = (await lookForMark(driver, task)).found;
        return {
          runId: first?.id,
          generation: first && generationOf(first.mark),
          others: await Promise.all(others.map((run) => stopFound(driver, run, task.timings))),
        };
      } catch (error) {
        throw isPerdureError(error) ? toFailure(error) : error;
      }
    });
}

/** Looks until something carries the mark or the time is over; errors of the provider's only cost time. */
export async function lookForMark(
  driver: EndpointDriver,
  task: Omit<FindTask, 'account' | 'endpoint'>,
): Promise<Sighting> {
  const { mark, anyGeneration, agentId, since, timings } = task;
  const until = Date.now() + task.forMs;
  const call = { timeoutMs: timings.request, signal: Context.current().cancellationSignal };
  let asked = false;
  for (let attempt = 1; ; attempt += 1) {
    const found = await driver
      .find({ mark, anyGeneration, since: marginBefore(since), agentId }, call)
      .catch((error: unknown) => {
        if (isPerdureError(error) && !call.signal.aborted) return undefined;
        throw error;
      });
    asked ||= found !== undefined;
    if (found && found.length > 0) return { found: found.toSorted(byStart), asked };
    const pause = backoffAt(timings.backoff, attempt, Math.random());
    if (Date.now() >= until) return { found: [], asked };
    await Context.current().sleep(Math.max(1, Math.min(pause, until - Date.now())));
  }
}

const clockSkew = 60_000;

/** Clocks differ: the provider may date the run a little before its start was decided. */
function marginBefore(since: string): string {
  return new Date(Date.parse(since) - clockSkew).toISOString();
}

function byStart(a: Found, b: Found): number {
  return generationOf(b.mark) - generationOf(a.mark) || Date.parse(a.createdAt) - Date.parse(b.createdAt);
}
