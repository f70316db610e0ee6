import { condition, continueAsNew, defineQuery, defineSignal, proxyActivities, setHandler } from '@temporalio/workflow';
import type { PerdureActivities } from '../activities/index.js';
import { wire } from '../src/core/names.js';
import { backoffAt } from '../src/core/timings.js';
import {
  type Enrolment,
  type Haste,
  isEnrolment,
  isHaste,
  isStartRef,
  type StartRef,
  type Watched,
  type WatcherReport,
} from '../src/core/watch.js';
import { fewEvents, longHistory } from './long-history.js';
import { type CarriedRoster, Roster } from './roster.js';
import { unlessLost } from './unless-lost.js';

const enrolSignal = defineSignal<[Enrolment[]]>(wire.enrol);
const withdrawSignal = defineSignal<[StartRef[]]>(wire.withdraw);
const hastenSignal = defineSignal<[Haste]>(wire.hasten);
const dueQuery = defineQuery<Watched[], [number, number, number]>(wire.due);
const enrolledQuery = defineQuery<StartRef[]>(wire.enrolled);
const watchingQuery = defineQuery<WatcherReport>(wire.watching);

/** What a watcher begins with, and carries over when it continues as new. */
interface WatcherState {
  /** Version of this shape. What another build wrote is not guessed at: the workers' check tells anew who is watched. */
  version: number;
  account: string;
  roster?: CarriedRoster;
  /** Ticks in which nothing could be read, one after the other. */
  failures?: number;
  /** Events of history after which it continues as new. Default 500. */
  mostEvents?: number;
}

const version = 1;

const { perdureLook } = proxyActivities<PerdureActivities>({
  startToCloseTimeout: '3 minutes',
  heartbeatTimeout: '3 seconds',
  // A tick that fails is not repeated: the next one sees the same runs, and some more.
  retry: { maximumAttempts: 1 },
  summary: 'look',
});

/** Looks at the runs of one account, as often as each of them wants, and tells those that changed. */
export async function watcher(state: WatcherState): Promise<void> {
  const { mostEvents, account } = state;
  const roster = new Roster(state.version === version ? state.roster : undefined);
  const ticks = { failures: state.failures ?? 0 };
  listen(roster, ticks);
  // Signals make the history longer also while nothing is due.
  const isLong = longHistory(mostEvents ?? fewEvents);
  while (!isLong()) {
    const at = await nextTick(roster, isLong);
    if (at !== undefined) ticks.failures = await tick({ roster, account, at }, ticks.failures);
  }
  await continueAsNew<typeof watcher>({ version, account, mostEvents, ...ticks, roster: roster.carry() });
}

function listen(roster: Roster, ticks: { failures: number }): void {
  // A signal that carries something else must not wedge the watcher.
  setHandler(enrolSignal, (enrolments) => {
    if (Array.isArray(enrolments)) roster.enrol(enrolments.filter(isEnrolment), Date.now());
  });
  setHandler(withdrawSignal, (withdrawn) => {
    if (Array.isArray(withdrawn)) for (const start of withdrawn.filter(isStartRef)) roster.withdraw(start);
  });
  setHandler(hastenSignal, (haste) => {
    if (isHaste(haste)) roster.hasten(haste.ids, Date.now());
  });
  setHandler(dueQuery, (now, from, most) => roster.due(now, from, most));
  setHandler(enrolledQuery, () => roster.starts());
  setHandler(watchingQuery, () => roster.report(Date.now(), ticks.failures));
}

/**
 * Waits until a run is due, on one timer, which is set anew when a run is taken in that is due before; when that was, or
 * undefined when the history became too long meanwhile.
 */
async function nextTick(roster: Roster, isLong: () => boolean): Promise<number | undefined> {
  for (let woken = false; ; woken = true) {
    await condition(() => roster.size > 0 || isLong());
    const at = roster.nextTick();
    const left = at - Date.now();
    if (isLong()) return undefined;
    if (woken && left <= 0) return at;
    // Also where a run is due: a query that brings a watcher back into a worker's cache may show it how a look ended before
    // the SDK moves its clock on, and another replay would then do something else.
    const patience = Math.max(1, left);
    if (!(await condition(() => roster.size === 0 || roster.nextTick() < at || isLong(), patience))) return at;
  }
}

interface Tick {
  roster: Roster;
  account: string;
  /** Epoch milliseconds that have come, though the clock may be behind. */
  at: number;
}

/** Looks at what is due; says how many ticks, one after the other, could read nothing by now. */
async function tick({ roster, account, at }: Tick, before: number): Promise<number> {
  const now = Math.max(Date.now(), at);
  const due = roster.due(now);
  const report = await unlessLost(perdureLook({ account, now, since: roster.lastTick }));
  roster.looked(due.slice(0, report?.looked ?? 0), report?.sightings ?? [], now);
  roster.quiet(now + (report?.quietMs ?? 0));
  if (report && !report.unreachable) return 0;
  // A tick that was lost says nothing of the provider: only what could not be read is asked for ever more rarely.
  const failures = report ? before + 1 : before;
  const [first] = due;
  if (first) roster.quiet(now + backoffAt(first.timings.backoff, report ? failures : 1, Math.random()));
  return failures;
}
