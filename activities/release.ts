import { Context } from '@temporalio/activity';
import { isPerdureError } from '../src/core/errors.js';
import type { ProviderHandle, Usage } from '../src/core/run.js';
import type { Timings } from '../src/core/timings.js';
import type { Call, EndpointDriver } from '../src/providers/provider.js';
import { type EndManner, endSession } from './end-session.js';
import { type Patience, patiently } from './retry.js';

/** A run whose sessions are to be ended. */
export interface ReleaseTask {
  handle: ProviderHandle;
  /** Whether to look for more sessions than the known one, of every start of the run. */
  search: boolean;
  /** Whether a session may still be opened by a worker that was lost. */
  unsettled: boolean;
  startedAt: string;
  timings: Timings;
}

/** What was ended and what may still live. */
export interface Released {
  left: string[];
  usage: Usage;
}

/** Ends the sessions that Perdure opened for a run and waits until they are seen to be ended. */
export async function releaseSessions(
  driver: EndpointDriver,
  task: ReleaseTask,
  patience: Patience,
): Promise<Released> {
  const { handle, timings } = task;
  const call = { timeoutMs: timings.request, signal: Context.current().cancellationSignal };
  if (!handle.ownsSession) return { left: [], usage: await usageOf(driver, handle.sessionId, patience, call) };
  const known = handle.sessionId === undefined ? [] : [handle.sessionId];
  const found = task.search || known.length === 0 ? await findSessions(driver, task, patience, call) : known;
  const ids = [...new Set([...known, ...(found ?? [])])];
  const manner = { patience, grace: timings.notFoundGrace };
  const released = await Promise.all(ids.map((id) => releaseSession(driver, id, manner, call)));
  const left = released.flatMap((each) => each.left);
  const unseen = found === undefined || (task.unsettled && ids.length === 0);
  return { left: unseen ? [...left, `session:${handle.mark}`] : left, usage: released[0]?.usage ?? {} };
}

/** The live sessions with the run's mark; undefined when the provider could not be asked. */
async function findSessions(
  driver: EndpointDriver,
  { handle, search, startedAt }: ReleaseTask,
  patience: Patience,
  call: Call,
): Promise<string[] | undefined> {
  // Clocks differ: a minute is looked at before the run's own start.
  const since = new Date(Date.parse(startedAt) - 60_000).toISOString();
  // A search that fails must leave time to end the session that is known.
  const short = { ...patience, until: Date.now() + (patience.until - Date.now()) / 2 };
  try {
    const found = await patiently(short, () => driver.find({ mark: handle.mark, anyGeneration: search, since }, call));
    return found.filter(({ kind, live }) => kind === 'session' && live).map(({ id }) => id);
  } catch (error) {
    if (!isPerdureError(error)) throw error;
    return undefined;
  }
}

async function releaseSession(driver: EndpointDriver, id: string, manner: EndManner, call: Call): Promise<Released> {
  const usage = await usageOf(driver, id, manner.patience, call);
  const ended = await endSession(driver, id, manner, call);
  return { left: ended ? [] : [`session:${id}`], usage };
}

async function usageOf(driver: EndpointDriver, id: string | undefined, patience: Patience, call: Call): Promise<Usage> {
  if (!id) return {};
  try {
    const short = { ...patience, until: Date.now() + (patience.until - Date.now()) / 4 };
    return (await patiently(short, () => driver.session(id, call)))?.usage ?? {};
  } catch (error) {
    if (!isPerdureError(error)) throw error;
    return {};
  }
}
