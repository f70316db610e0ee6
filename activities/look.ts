import { Context } from '@temporalio/activity';
import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { isPerdureError, type PerdureError } from '../src/core/errors.js';
import { wire } from '../src/core/names.js';
import { isTerminal, type Reading } from '../src/core/reading.js';
import type { Change, Seen, Sighting, Watched } from '../src/core/watch.js';

import { redactorFor } from '../src/secrets/resolver.js';
import { inTurns } from '../src/core/in-turns.js';
import type { ActivityDependencies } from './dependencies.js';
import { toFailure } from './failure.js';
import { withHeartbeats } from './heartbeats.js';
import { maskReading } from './masking.js';

/** One tick of a watcher. */
export interface LookTask {
  account: string;
  /** Epoch milliseconds of the tick: what is due by then is looked at. */
  now: number;
  /** Ticks before it in which nothing could be read, one after the other. */
  failures: number;
}

/** What a tick found out. */
export interface LookReport {
  /** Only of runs of which there is something new. */
  sightings: Sighting[];
  /** Milliseconds for which the provider asked not to be asked. */
  quietMs: number;
  /** Whether nothing at all could be read. */
  unreachable: boolean;
}

const heartbeat = 5_000;
const atOnce = 16;

/** A look at a run: what was read of it, or why nothing could be. */
type Look = Reading | PerdureError;

/** Looks at the runs of the calling watcher that are due, and tells those that changed. */
export function lookAtDue(dependencies: ActivityDependencies): (task: LookTask) => Promise<LookReport> {
  return (task) =>
    withHeartbeats(heartbeat, async () => {
      const { client, info } = Context.current();
      const due = await client.workflow
        .getHandle(info.workflowExecution?.workflowId ?? '')
        .query<Watched[], [number]>(wire.due, task.now);
      try {
        const looks = await readAll(dependencies, task, due);
        const sightings = await inTurns(due, atOnce, (run) =>
          tellNews(dependencies, client, { run, look: looks.get(run.id), now: task.now }),
        );
        const errors = [...looks.values()].filter((look) => isPerdureError(look));
        const unreachable = due.length > 0 && errors.length === due.length;
        if (unreachable && task.failures === 0) warn(task.account, errors[0]);
        if (!unreachable && task.failures > 0) Context.current().log.info(`${task.account} can be read again.`);
        return {
          sightings: sightings.filter((each) => each !== undefined),
          quietMs: quietOf(due, errors),
          unreachable,
        };
      } catch (error) {
        throw isPerdureError(error) ? toFailure(error) : error;
      }
    });
}

function warn(account: string, error: PerdureError | undefined): void {
  Context.current().log.warn(`${account} can't be read, and is looked at ever more rarely: ${error?.message ?? ''}`);
}

/** As long as the provider asks for, but no longer than the longest pause between two tries. */
function quietOf(due: readonly Watched[], errors: readonly PerdureError[]): number {
  const asked = Math.max(0, ...errors.map(({ retryAfterMs = 0 }) => retryAfterMs));
  return Math.min(asked, Math.max(0, ...due.map(({ timings }) => timings.backoff.max)));
}

async function readAll(
  dependencies: ActivityDependencies,
  { account }: LookTask,
  due: readonly Watched[],
): Promise<Map<string, Look>> {
  const provider = await dependencies.provider(account);
  const looks = new Map<string, Look>();
  for (const endpoint of new Set(due.map((run) => run.endpoint))) {
    const runs = due.filter((run) => run.endpoint === endpoint);
    const timeoutMs = Math.max(...runs.map(({ timings }) => timings.request));
    const call = { timeoutMs, signal: Context.current().cancellationSignal };
    const readings = await provider.driver(endpoint).statusMany(
      runs.map(({ handle }) => handle),
      call,
    );
    for (const [index, reading] of readings.entries()) looks.set(runs[index]?.id ?? '', reading);
  }
  return looks;
}

interface Seeing {
  run: Watched;
  look: Look | undefined;
  now: number;
}

async function tellNews(
  { secrets }: ActivityDependencies,
  client: Client,
  { run, look, now }: Seeing,
): Promise<Sighting | undefined> {
  const reading = readingOf(look);
  if (!reading || !newsIn(reading, run, now)) return undefined;
  const { id, handle } = run;
  const { redactor } = await redactorFor(run.secrets ?? [], secrets, run.timings.request);
  // A question without its words would be of no use to anybody; an end has to be told all the same.
  if (redactor.withholds && !isTerminal(reading.state)) return undefined;
  // What was told before was masked, so a status that shows a secret is news only if its masked text is.
  const masked = maskReading(reading, redactor);
  const news = newsIn(masked, run, now);
  if (!news) return undefined;
  const sighting = { id, generation: handle.generation, seen: news.seen, told: false, over: false };
  if (!news.toTell) return sighting;
  const reached = await tell(client, id, { generation: handle.generation, reading: masked, polls: run.looks + 1 });
  if (reached === 'not reached') return undefined;
  return { ...sighting, told: true, over: isTerminal(reading.state) || reached === 'gone' };
}

/** Only a result makes an answer so large: the run has ended, and what can be said of it is said where it is read. */
function readingOf(look: Look | undefined): Reading | undefined {
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

/** What is new in a look; undefined when nothing is. */
function newsIn(reading: Reading, { seen, startedAt, timings }: Watched, now: number): News | undefined {
  const { state, providerStatus, question } = reading;
  const { oddStatuses = [], questionId, goneSince } = seen;
  if (state === 'gone') {
    // A single look that does not find the run proves nothing, neither after its start nor later.
    if (now - (goneSince ?? startedAt) <= timings.notFoundGrace) return undefined;
    return goneSince === undefined ? { seen: { ...seen, goneSince: now }, toTell: false } : { seen, toTell: true };
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

/** A run that does not exist any more needs no look either. */
async function tell(client: Client, id: string, change: Change): Promise<'told' | 'gone' | 'not reached'> {
  try {
    await client.workflow.getHandle(id).signal(wire.changed, change);
    return 'told';
  } catch (error) {
    return error instanceof WorkflowNotFoundError ? 'gone' : 'not reached';
  }
}
