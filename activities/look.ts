import { Context } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import { isPerdureError, type PerdureError } from '../src/core/errors.js';
import { inTurns } from '../src/core/in-turns.js';
import { wire } from '../src/core/names.js';
import { isTerminal, type Reading } from '../src/core/reading.js';
import { type Change, mostWatchers, type Seen, type Sighting, type Watched } from '../src/core/watch.js';
import { RequestBudget } from '../src/providers/request-budget.js';
import type { Look } from '../src/providers/status-many.js';
import { redactorFor } from '../src/secrets/resolver.js';
import { type AccountHealth, weatherOf } from './account-health.js';
import type { ActivityDependencies } from './dependencies.js';
import { withHeartbeats } from './heartbeats.js';
import type { LimitBook } from './limit-book.js';
import { maskReading } from './masking.js';
import { signalRun } from './signal-run.js';

/** One tick of a watcher. */
export interface LookTask {
  account: string;
  /** Epoch milliseconds of the tick: what is due by then is looked at. */
  now: number;
  /** Epoch milliseconds of the tick before, or 0. */
  since: number;
}

/** What a tick found out. */
export interface LookReport {
  /** Only of runs of which there is something new. */
  sightings: Sighting[];
  /** How many of the due were looked at, in their order; for the others the budget of requests was not enough. */
  looked: number;
  /** Milliseconds for which the provider asked not to be asked. */
  quietMs: number;
  /** Whether nothing could be read, so that the account is looked at more rarely. */
  unreachable: boolean;
}

const heartbeat = 3_000;
const atOnce = 16;
/** Due runs that one query gives: many runs are more than one message carries. */
const page = 800;
const minute = 60_000;
/** Milliseconds: what one request takes longer holds up the looks at all others; the next tick asks again. */
const longestLook = 8_000;
/** Milliseconds: a worker that ends, or has been killed, answers no query. */
const patience = 3_000;

/** Looks at the runs of the calling watcher that are due, and tells those that changed. */
export function lookAtDue(
  dependencies: ActivityDependencies,
  limits: LimitBook,
  health: AccountHealth,
): (task: LookTask) => Promise<LookReport> {
  return (task) =>
    withHeartbeats(heartbeat, async () => {
      const { client } = Context.current();
      const quiet = health.quietMs(task.account);
      if (quiet > 0) return { sightings: [], looked: 0, quietMs: quiet, unreachable: false };
      try {
        const due = await dueRuns(client, task);
        const allowance = await allowanceOf(limits, client, task);
        const looks = await readAll(dependencies, { task, due, budget: allowance.budget });
        return await conclude(dependencies, health, { task, due, looks, allowance });
      } catch (error) {
        if (!isPerdureError(error)) throw error;
        health.note(task.account, { unreachable: weatherOf([error]).unreachable, error, quietMs: 0 });
        return { sightings: [], looked: 0, quietMs: 0, unreachable: true };
      }
    });
}

async function dueRuns(client: Client, { now }: LookTask): Promise<Watched[]> {
  const { workflowId = '' } = Context.current().info.workflowExecution ?? {};
  const watcher = client.workflow.getHandle(workflowId);
  const due: Watched[] = [];
  for (;;) {
    const next = await client.withDeadline(Date.now() + patience, () =>
      watcher.query<Watched[], [number, number, number]>(wire.due, now, due.length, page),
    );
    due.push(...next);
    if (next.length < page) return due;
  }
}

/** What of the account's requests falls to this tick, and how long it has to be paid for afterwards. */
interface Allowance {
  budget: RequestBudget;
  /** Milliseconds that one request costs; 0 without a limit. */
  price: number;
}

/** Fewer than these, and one run with its question could use up every tick. */
const fewest = 3;

async function allowanceOf(limits: LimitBook, client: Client, { account, now, since }: LookTask): Promise<Allowance> {
  const { requestsPerMinute } = await limits.of(client, account);
  if (requestsPerMinute === undefined) return { budget: new RequestBudget(), price: 0 };
  const price = (minute * mostWatchers) / requestsPerMinute;
  const passed = Math.min(now - since, minute);
  return { budget: new RequestBudget(Math.max(fewest, Math.floor(passed / price))), price };
}

interface Tick {
  task: LookTask;
  due: readonly Watched[];
  looks: ReadonlyMap<string, Look>;
  allowance: Allowance;
}

async function conclude(
  dependencies: ActivityDependencies,
  health: AccountHealth,
  { task, due, looks, allowance }: Tick,
): Promise<LookReport> {
  const { client } = Context.current();
  const sightings = await inTurns(due, atOnce, (run) =>
    tellNews(dependencies, client, { run, account: task.account, look: looks.get(run.id), now: task.now }),
  );
  const seen = [...looks.values()].filter((look) => look !== undefined);
  const errors = seen.filter((look) => isPerdureError(look));
  const { unreachable, slowed } = weatherOf(errors.length === seen.length ? errors : []);
  health.note(task.account, { unreachable, error: errors[0], quietMs: quietOf(due, errors) });
  const unseen = due.findIndex(({ id }) => looks.get(id) === undefined);
  return {
    sightings: sightings.filter((each) => each !== undefined),
    looked: unseen === -1 ? due.length : unseen,
    quietMs: Math.max(health.quietMs(task.account), allowance.budget.spent * allowance.price),
    unreachable: slowed,
  };
}

/** As long as the provider asks for, but no longer than the longest pause between two tries. */
function quietOf(due: readonly Watched[], errors: readonly PerdureError[]): number {
  const asked = Math.max(0, ...errors.map(({ retryAfterMs = 0 }) => retryAfterMs));
  return Math.min(asked, Math.max(0, ...due.map(({ timings }) => timings.backoff.max)));
}

interface Round {
  task: LookTask;
  due: readonly Watched[];
  budget: RequestBudget;
}

/** Endpoint by endpoint; the one whose run has waited longest goes first, should the budget not be enough. */
async function readAll(dependencies: ActivityDependencies, { task, due, budget }: Round): Promise<Map<string, Look>> {
  const provider = await dependencies.provider(task.account);
  const looks = new Map<string, Look>();
  for (const endpoint of new Set(due.map((run) => run.endpoint))) {
    const runs = due.filter((run) => run.endpoint === endpoint);
    const timeoutMs = Math.min(longestLook, Math.max(...runs.map(({ timings }) => timings.request)));
    const call = { timeoutMs, signal: Context.current().cancellationSignal };
    const handles = runs.map(({ handle }) => handle);
    const freshMs = Math.min(...runs.map(({ timings }) => timings.cadence.first)) / 4;
    const readings = await provider.driver(endpoint).statusMany(handles, call, { budget, freshMs });
    for (const [index, reading] of readings.entries()) looks.set(runs[index]?.id ?? '', reading);
  }
  return looks;
}

interface Seeing {
  run: Watched;
  account: string;
  look: Look;
  now: number;
}

async function tellNews(
  { secrets }: ActivityDependencies,
  client: Client,
  { run, account, look, now }: Seeing,
): Promise<Sighting | undefined> {
  const reading = readingOf(look);
  if (!reading || !newsIn(reading, run, now)) return undefined;
  const { id, handle } = run;
  const { redactor } = await redactorFor(run.secrets ?? [], secrets, Math.min(run.timings.request, patience));
  // A question without its words would be of no use to anybody; an end has to be told all the same.
  if (redactor.withheld && !isTerminal(reading.state)) return undefined;
  // What was told before was masked, so a status that shows a secret is news only if its masked text is.
  const masked = maskReading(reading, redactor);
  const news = newsIn(masked, run, now);
  if (!news) return undefined;
  const sighting = { id, generation: handle.generation, seen: news.seen, told: false, over: false };
  if (!news.toTell) return sighting;
  const change: Change = { generation: handle.generation, reading: masked, polls: run.looks + 1 };
  const reached = await signalRun(client, id, wire.changed, change);
  if (reached === 'not reached') return undefined;
  recordLag(run, account);
  // A run that does not exist any more needs no look either.
  return { ...sighting, told: true, over: isTerminal(reading.state) || reached === 'gone' };
}

function recordLag({ next, endpoint }: Watched, account: string): void {
  const { metricMeter } = Context.current();
  const about = 'From when a run was due to be looked at to when it was told what that showed';
  const lag = metricMeter.createHistogram('perdure_news_lag', 'int', 'ms', about);
  lag.record(Math.max(0, Date.now() - next), { account, endpoint });
}

/** Only a result makes an answer so large: the run has ended, and what can be said of it is said where it is read. */
function readingOf(look: Look): Reading | undefined {
  if (!isPerdureError(look)) return look;
  return look.code === 'response-too-large'
    ? { state: 'completed', providerStatus: 'too large to be read' }
    : undefined;
}

interface News {
  /** What is known now. */
  seen: Seen;
  /** Whether the run has to know it too. */
  toTell: boolean;
}

/** Looks that do not find a run before it is called gone: two may fall so far apart that time alone proves nothing. */
const fewestGoneLooks = 3;

/** What is new in a look; undefined when nothing is. */
function newsIn(reading: Reading, { seen, startedAt, timings }: Watched, now: number): News | undefined {
  const { state, providerStatus, question } = reading;
  const { oddStatuses = [], questionId, goneSince } = seen;
  if (state === 'gone') {
    // A single look that does not find the run proves nothing, neither after its start nor later.
    if (now - (goneSince ?? startedAt) <= timings.notFoundGrace) return undefined;
    if (goneSince === undefined) return { seen: { ...seen, goneSince: now }, toTell: false };
    const goneLooks = (seen.goneLooks ?? 1) + 1;
    return { seen: { ...seen, goneLooks }, toTell: goneLooks >= fewestGoneLooks };
  }
  if (isTerminal(state)) return { seen, toTell: true };
  if (state === 'other') {
    const known = oddStatuses.includes(providerStatus);
    if (known && goneSince === undefined) return undefined;
    return {
      seen: { questionId, oddStatuses: known ? oddStatuses : [...oddStatuses, providerStatus] },
      toTell: !known,
    };
  }
  const same = question?.providerId === questionId;
  if (same && goneSince === undefined) return undefined;
  return { seen: { oddStatuses, questionId: question?.providerId }, toTell: !same };
}
