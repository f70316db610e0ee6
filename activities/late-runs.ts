import { Context } from '@temporalio/activity';
import type { EndpointName } from '../src/core/endpoints.js';
import { isPerdureError } from '../src/core/errors.js';
import { backoffAt, type Timings } from '../src/core/timings.js';
import type { EndpointDriver } from '../src/providers/provider.js';
import type { ActivityDependencies } from './dependencies.js';
import { toFailure } from './failure.js';
import { lookForMark } from './find.js';
import { withHeartbeats } from './heartbeats.js';
import { type LateRun, stopFound } from './stop-found.js';

/** Starts whose answer was lost, and which may still show as runs. */
export interface LateTask {
  account: string;
  endpoint: EndpointName;
  marks: string[];
  agentId?: string;
  /** ISO 8601; none of them is older. */
  since: string;
  /** Milliseconds to go on looking. */
  forMs: number;
  timings: Timings;
}

/** Looks for late runs as long as it is told, and stops those that show. */
export function stopLateRuns(dependencies: ActivityDependencies): (task: LateTask) => Promise<LateRun[]> {
  return (task) =>
    withHeartbeats(task.timings.heartbeat, async () => {
      try {
        const driver = (await dependencies.provider(task.account)).driver(task.endpoint);
        return await stopLate(driver, task);
      } catch (error) {
        throw isPerdureError(error) ? toFailure(error) : error;
      }
    });
}

/** Stops every run that carries one of the marks and shows in time. */
export async function stopLate(
  driver: EndpointDriver,
  task: Omit<LateTask, 'account' | 'endpoint'>,
): Promise<LateRun[]> {
  if (task.marks.length === 0) return [];
  const end = Date.now() + task.forMs;
  const late: LateRun[] = [];
  for (let attempt = 1; ; attempt += 1) {
    const missing = task.marks.filter((mark) => !late.some((run) => run.mark === mark));
    for (const mark of missing) late.push(...(await stopMarked(driver, task, mark)));
    if (late.length >= task.marks.length || Date.now() >= end) return late;
    const pause = backoffAt(task.timings.backoff, attempt, Math.random());
    await Context.current().sleep(Math.max(1, Math.min(pause, end - Date.now())));
  }
}

async function stopMarked(
  driver: EndpointDriver,
  task: Omit<LateTask, 'account' | 'endpoint'>,
  mark: string,
): Promise<LateRun[]> {
  const { found } = await lookForMark(driver, { ...task, mark, forMs: 0 });
  const runs = found.filter(({ kind }) => kind === 'run');
  return Promise.all(runs.map((run) => stopFound(driver, run, task.timings)));
}
