import { Context } from '@temporalio/activity';
import type { EndpointName } from '../src/core/endpoints.js';
import { isPerdureError } from '../src/core/errors.js';
import { generationOf } from '../src/core/mark.js';
import type { ProviderHandle } from '../src/core/run.js';
import type { Timings } from '../src/core/timings.js';
import type { Call, EndpointDriver, Found } from '../src/providers/provider.js';
import type { ActivityDependencies } from './dependencies.js';
import { endSession } from './end-session.js';
import { toFailure } from './failure.js';
import { lookForMark } from './find.js';
import { withHeartbeats } from './heartbeats.js';

/** A start of which nobody knows what became, in a session of Perdure's. */
export interface FenceTask {
  account: string;
  endpoint: EndpointName;
  handle: ProviderHandle;
  /** Whether the sessions of any start of this run are meant, as after a reset. */
  anyGeneration?: boolean;
  /** ISO 8601; its sessions are not older. */
  since: string;
  /** Milliseconds to look for a session with the mark, where none is known. */
  forMs: number;
  timings: Timings;
}

/** What the sessions showed, once they had been ended. */
export interface FenceReport {
  /** `confirmed`: every session with the mark is seen to be ended; `assumed`: not every one, or none was seen. */
  fence: 'confirmed' | 'assumed';
  /** Whether an agent worked there: undefined when a session does not say. */
  worked?: boolean;
  sessionIds: string[];
  /** The starts whose sessions were seen, the newest first. */
  generations: number[];
}

/** Ends every session with the mark, and only then looks whether an agent worked in it. Safe to repeat. */
export function fenceStart(dependencies: ActivityDependencies): (task: FenceTask) => Promise<FenceReport> {
  return (task) =>
    withHeartbeats(task.timings.heartbeat, async () => {
      try {
        const driver = (await dependencies.provider(task.account)).driver(task.endpoint);
        return await fence(driver, task);
      } catch (error) {
        throw isPerdureError(error) ? toFailure(error) : error;
      }
    });
}

async function fence(driver: EndpointDriver, task: FenceTask): Promise<FenceReport> {
  const { handle, anyGeneration, timings, since } = task;
  const call = { timeoutMs: timings.request, signal: Context.current().cancellationSignal };
  const patience = { backoff: timings.backoff, until: Date.now() + timings.release * 0.8 };
  const manner = { patience, grace: timings.notFoundGrace };
  const known = handle.sessionId;
  const search = { mark: handle.mark, anyGeneration, since, forMs: known ? 0 : task.forMs, timings };
  const { found, asked } = await lookForMark(driver, search);
  const sessionIds = [...new Set([...(known ? [known] : []), ...found.map(({ id }) => id)])];
  const ended = await Promise.all(sessionIds.map((id) => endSession(driver, id, manner, call)));
  const confirmed = asked && sessionIds.length > 0 && ended.every(Boolean);
  return {
    fence: confirmed ? 'confirmed' : 'assumed',
    worked: await workedIn(driver, task, sessionIds, call),
    sessionIds,
    generations: found.map(({ mark }) => generationOf(mark)),
  };
}

async function workedIn(
  driver: EndpointDriver,
  { handle, anyGeneration, since, timings }: FenceTask,
  sessionIds: string[],
  call: Call,
): Promise<boolean | undefined> {
  const { found } = await lookForMark(driver, { mark: handle.mark, anyGeneration, since, forMs: 0, timings });
  const signs = await Promise.all(sessionIds.map((id) => signOfWork(driver, id, found, call)));
  if (signs.includes(true)) return true;
  return signs.includes(undefined) ? undefined : false;
}

async function signOfWork(
  driver: EndpointDriver,
  id: string,
  found: Found[],
  call: Call,
): Promise<boolean | undefined> {
  const executions = found.find((session) => session.id === id)?.executions;
  const state = await driver.session(id, call).catch((error: unknown) => {
    if (isPerdureError(error)) return undefined;
    throw error;
  });
  const { steps, credits = 0, tokens = 0 } = state?.usage ?? {};
  if ((steps ?? 0) > 0 || credits > 0 || tokens > 0 || (executions ?? 0) > 0) return true;
  // Only a session that has ended and counts its steps can say that there were none.
  return state?.live === false && steps === 0 && executions !== undefined ? false : undefined;
}
