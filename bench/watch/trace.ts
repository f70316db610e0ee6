import type { Client, WorkflowHandle } from '@temporalio/client';
import { inTurns } from '../../src/core/in-turns.js';
import { runWorkflowId, wire } from '../../src/core/names.js';
import type { Outcome } from '../../src/core/run.js';
import { lookName } from '../loop/look.js';
import type { PlannedRun } from '../task.js';

/** What the history of a run that has ended tells. */
export interface Trace extends PlannedRun {
  status: Outcome['status'];
  events: number;
  polls: number;
  /** Epoch milliseconds: when the workflow task was completed in which the run learned of its end; undefined when it never did. */
  toldAt?: number;
  /** Events from one poll of the loop to the next; undefined where there are no two polls of it. */
  eventsPerPoll?: number;
}

type History = Awaited<ReturnType<WorkflowHandle['fetchHistory']>>;
type HistoryEvent = NonNullable<History['events']>[number];

const atOnce = 20;

/** Reads the histories of runs that have ended. */
export function readTraces(client: Client, runs: readonly PlannedRun[]): Promise<Trace[]> {
  return inTurns(runs, atOnce, (run) => readTrace(client, run));
}

async function readTrace(client: Client, run: PlannedRun): Promise<Trace> {
  const handle = client.workflow.getHandle<() => Promise<Outcome>>(runWorkflowId(run.key));
  const { status, usage } = await handle.result();
  const { events } = await handle.fetchHistory();
  const all = events ?? [];
  const { polls = 0 } = usage;
  return { ...run, status, polls, events: all.length, toldAt: toldIn(all), eventsPerPoll: eventsPerPollIn(all) };
}

function toldIn(events: readonly HistoryEvent[]): number | undefined {
  const looks = new Set(events.filter(isLook).map(({ eventId }) => String(eventId)));
  const news = events.findLastIndex(
    ({ workflowExecutionSignaledEventAttributes: signal, activityTaskCompletedEventAttributes: completion }) =>
      signal?.signalName === wire.changed || looks.has(String(completion?.scheduledEventId)),
  );
  if (news < 0) return undefined;
  const learned = events.slice(news).find((event) => event.workflowTaskCompletedEventAttributes);
  return learned && timeOf(learned);
}

function eventsPerPollIn(events: readonly HistoryEvent[]): number | undefined {
  const looks = events.flatMap((event, index) => (isLook(event) ? [index] : []));
  const [first = 0] = looks;
  return looks.length < 2 ? undefined : ((looks.at(-1) ?? first) - first) / (looks.length - 1);
}

function isLook({ activityTaskScheduledEventAttributes: scheduled }: HistoryEvent): boolean {
  return scheduled?.activityType?.name === lookName;
}

function timeOf({ eventTime }: HistoryEvent): number {
  return Number(String(eventTime?.seconds ?? 0)) * 1000 + (eventTime?.nanos ?? 0) / 1e6;
}
