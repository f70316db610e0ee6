import { Context } from '@temporalio/activity';
import type { AccountPlace } from '../src/core/admission.js';
import type { EnrolTask, StartRef, WatcherPlace } from '../src/core/watch.js';
import type { ActivityDependencies } from './dependencies.js';
import { enrol, returnSlot, withdraw } from './doors.js';
import type { LimitBook } from './limit-book.js';
import { tellsOfEnds } from './notify.js';
import { placeWithin, type WatchSpread } from './watch-spread.js';

/** Enrols a run with a watcher of its account, which is started where it does not run, and says which that is. */
export function enrolRun(spread: WatchSpread, limits: LimitBook): (task: EnrolTask) => Promise<{ shard: number }> {
  return async ({ run, watcher }) => {
    const { client } = Context.current();
    const place = spread.placeOf(run.id, await placeWithin(limits, client, watcher));
    await enrol(client, { run, watcher: place });
    return { shard: place.shard };
  };
}

/** What a run that has ended leaves. */
export interface LeaveTask {
  start: StartRef;
  /** Its watcher, which has not seen its end. */
  watcher?: WatcherPlace;
  /** The account whose slot it holds or waits for. */
  slot?: AccountPlace;
}

/** Tells that a run of which nothing lives at its provider has ended; whether somebody is to be told. */
export function leaveRun(dependencies: ActivityDependencies): (task: LeaveTask) => Promise<{ tells?: true }> {
  return async (task) => {
    await leave(task);
    return tellsOfEnds(dependencies);
  };
}

const mostLeaving = 10_000;

/**
 * Tells watcher and account that a run needs them no more. What can't be told is found out by their own checks, so this
 * never fails, nor holds a run up for long.
 */
export async function leave({ start, watcher, slot }: LeaveTask): Promise<void> {
  const { client } = Context.current();
  const told = Promise.allSettled([
    watcher && withdraw(client, watcher, start),
    slot && returnSlot(client, slot, start),
  ]);
  await Promise.race([told, new Promise((resolve) => setTimeout(resolve, mostLeaving).unref())]);
}
