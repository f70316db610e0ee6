import {
  ActivityFailure,
  condition,
  continueAsNew,
  defineQuery,
  defineSignal,
  isCancellation,
  proxyActivities,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { PerdureActivities } from '../activities/index.js';
import { wire } from '../src/core/names.js';
import { backoffAt } from '../src/core/timings.js';
import type { Enrolment, Watched } from '../src/core/watch.js';
import { Roster } from './roster.js';

export const enrolSignal = defineSignal<[Enrolment[]]>(wire.enrol);
export const withdrawSignal = defineSignal<[{ id: string; generation: number }[]]>(wire.withdraw);
export const dueQuery = defineQuery<Watched[], [number]>(wire.due);
export const enrolledQuery = defineQuery<{ id: string; generation: number }[]>(wire.enrolled);

/** What a watcher begins with, and carries over when it continues as new. */
export interface WatcherState {
  /** Version of this shape. */
  version: 1;
  account: string;
  runs?: Watched[];
  /** Ticks in which nothing could be read, one after the other. */
  failures?: number;
  /** Events of history after which it continues as new. Default 2,000. */
  mostEvents?: number;
}

const { perdureLook } = proxyActivities<PerdureActivities>({
  startToCloseTimeout: '3 minutes',
  heartbeatTimeout: '5 seconds',
  // A tick that fails is not repeated: the next one sees the same runs, and some more.
  retry: { maximumAttempts: 1 },
  summary: 'look',
});

/** Looks at the runs of one account, as often as each of them wants, and tells those that changed. */
export async function watcher(state: WatcherState): Promise<void> {
  const { account, runs = [], mostEvents = 2_000 } = state;
  const roster = new Roster(runs);
  let failures = state.failures ?? 0;
  setHandler(enrolSignal, (enrolments) => roster.enrol(enrolments, Date.now()));
  setHandler(withdrawSignal, (withdrawn) => {
    for (const { id, generation } of withdrawn) roster.withdraw(id, generation);
  });
  setHandler(dueQuery, (now) => roster.due(now));
  setHandler(enrolledQuery, () => roster.all().map(({ id, handle }) => ({ id, generation: handle.generation })));

  while (workflowInfo().historyLength < mostEvents && !workflowInfo().continueAsNewSuggested) {
    await nextTick(roster);
    const now = Date.now();
    const due = roster.due(now);
    try {
      const { sightings, quietMs, unreachable } = await perdureLook({ account, now, failures });
      roster.looked(due, sightings, now);
      roster.quiet(now + quietMs);
      failures = unreachable ? failures + 1 : 0;
    } catch (error) {
      if (isCancellation(error) || !(error instanceof ActivityFailure)) throw error;
      roster.missed(now);
      failures += 1;
    }
    const [first] = due;
    if (failures > 0 && first) roster.quiet(now + backoffAt(first.timings.backoff, failures, Math.random()));
  }
  await continueAsNew<typeof watcher>({ ...state, runs: roster.all(), failures });
}

/** Waits until a run is due, on one timer, which is set anew when a run is taken in that is due before. */
async function nextTick(roster: Roster): Promise<void> {
  for (;;) {
    await condition(() => roster.size > 0);
    const at = roster.nextTick();
    const left = at - Date.now();
    if (left <= 0 || !(await condition(() => roster.size === 0 || roster.nextTick() < at, left))) return;
  }
}
