import { Context } from '@temporalio/activity';
import { type Client, type WorkflowHandle, WorkflowNotFoundError } from '@temporalio/client';
import type { Holder, KnownStarts, SlotGrant, SlotRequest } from '../src/core/admission.js';
import { inTurns } from '../src/core/in-turns.js';
import { attributeOf, wire } from '../src/core/names.js';
import type { RunNeeds, StartRef } from '../src/core/watch.js';
import { jsonLength } from '../src/core/batch.js';
import { withHeartbeats } from './heartbeats.js';
import { signalRun } from './signal-run.js';

const heartbeat = 5_000;
const atOnce = 16;
/** Bytes of JSON of each list of a report: an answer has less than 2 MiB. */
const mostListBytes = 400_000;
/** Milliseconds that a query may take. */
const patience = 3_000;

/** A grant for one run. */
export interface GrantedSlot extends SlotGrant {
  /** Workflow id of the run. */
  id: string;
}

/** Which of them could not be told. */
export interface GrantReport {
  /** Their runs do not exist any more. */
  gone: StartRef[];
}

/** Tells runs that they may start. What could not be told lapses, and the account's check finds it. */
export function grantSlots(grants: GrantedSlot[]): Promise<GrantReport> {
  return withHeartbeats(heartbeat, async () => {
    const { client } = Context.current();
    const told = await inTurns(grants, atOnce, ({ id, ...grant }) => signalRun(client, id, wire.granted, grant));
    return {
      gone: grants.filter((_, index) => told[index] === 'gone').map(({ id, generation }) => ({ id, generation })),
    };
  });
}

/** Where an account checks who has its slots. */
export interface CheckTask {
  account: string;
  /** Epoch milliseconds. */
  now: number;
}

/** What differs from what the account believes. */
export interface CheckReport {
  /** Holders whose run does not exist any more. */
  gone: StartRef[];
  /** Holders that were told in vain: they wait still. */
  lapsed: SlotRequest[];
  /** Runs that live without a slot. */
  living: StartRef[];
  /** Runs that wait and are not in the queue. */
  waiting: SlotRequest[];
  /** There are more that live without a slot. */
  more?: boolean;
}

/** Compares those that hold slots of the calling account, and those that wait, with the runs that are open. */
export function checkSlots({ account, now }: CheckTask): Promise<CheckReport> {
  return withHeartbeats(heartbeat, async () => {
    const { client, info } = Context.current();
    const handle = client.workflow.getHandle(info.workflowExecution?.workflowId ?? '');
    const { holders, queued } = await knownStarts(client, handle);
    const open = await openRuns(client, account);
    const held = new Set(holders.map(({ id }) => id));
    const known = new Set(queued);
    const others = [...open.keys()].filter((id) => !held.has(id) && !known.has(id));
    const needs = await inTurns(others, atOnce, (id) => needsOf(client, id, open.get(id)));
    const seen = others.filter((_, index) => needs[index]?.lives);
    const stillOpen = await inTurns(seen, atOnce, (id) => isOpen(client, id));
    const living = seen.filter((_, index) => stillOpen[index]);
    const states = await inTurns(holders, atOnce, (holder) =>
      stateOf(client, holder, { listed: open.get(holder.id), now }),
    );
    return fittingReport({
      gone: holders.filter((_, index) => states[index] === 'gone').map(({ id, generation }) => ({ id, generation })),
      lapsed: states.filter((state) => typeof state === 'object'),
      living: living.map((id) => ({ id, generation: 0 })),
      waiting: needs.flatMap((each) => (each?.slot && !each.lives ? [each.slot] : [])),
    });
  });
}

/** All that an account knows, page by page; what moves meanwhile and is missed is asked by itself, and known again. */
async function knownStarts(client: Client, handle: WorkflowHandle): Promise<Pick<KnownStarts, 'holders' | 'queued'>> {
  const pages: KnownStarts[] = [];
  for (let from: number | undefined = 0; from !== undefined; from = pages.at(-1)?.next) {
    const place = from;
    const ask = () => handle.query<KnownStarts, [number]>(wire.enrolled, place);
    pages.push(await client.withDeadline(Date.now() + patience, ask));
  }
  return { holders: pages.flatMap(({ holders }) => holders), queued: pages.flatMap(({ queued }) => queued) };
}

/** What of a report one answer carries; the next check finds the rest. */
export function fittingReport({ gone, lapsed, living, waiting }: CheckReport): CheckReport {
  const first = firstOf(living);
  const more = first.length < living.length;
  return {
    gone: firstOf(gone),
    lapsed: firstOf(lapsed),
    living: first,
    waiting: firstOf(waiting),
    ...(more && { more }),
  };
}

function firstOf<T>(values: readonly T[]): T[] {
  let bytes = 0;
  const beyond = values.findIndex((value) => (bytes += jsonLength(value) + 1) > mostListBytes);
  return values.slice(0, beyond < 0 ? values.length : beyond);
}

/** The status of each open run of an account, by workflow id. */
async function openRuns(client: Client, account: string): Promise<Map<string, string>> {
  const open = new Map<string, string>();
  const query = `WorkflowType = 'agentRun' AND ExecutionStatus = 'Running' AND PerdureAccount = '${account}'`;
  for await (const { workflowId, typedSearchAttributes } of client.workflow.list({ query })) {
    open.set(workflowId, attributeOf(typedSearchAttributes, 'PerdureStatus') ?? 'queued');
  }
  return open;
}

/** Lists are behind what is true by seconds, so a holder that seems to need no slot is looked at by itself. */
async function stateOf(
  client: Client,
  { id, until }: Holder,
  { listed, now }: { listed: string | undefined; now: number },
): Promise<'holds' | 'gone' | SlotRequest> {
  if (listed !== undefined && (listed !== 'queued' || until > now)) return 'holds';
  try {
    const { status } = await client.workflow.getHandle(id).describe();
    if (status.name !== 'RUNNING') return 'gone';
    if (until > now) return 'holds';
    const needs = await needsOf(client, id);
    if (!needs) return (await mayHaveUsedLeave(client, id)) ? 'holds' : 'gone';
    return needs.slot ?? (needs.lives ? 'holds' : 'gone');
  } catch (error) {
    return error instanceof WorkflowNotFoundError ? 'gone' : 'holds';
  }
}

/**
 * Whether a run that nobody answers for, since no worker serves its queue, may have used its leave. One that has not, and
 * is not about to, will find it lapsed, so its slot is free for those that can use it.
 */
async function mayHaveUsedLeave(client: Client, id: string): Promise<boolean> {
  const handle = client.workflow.getHandle(id);
  const { events } = await handle.fetchHistory();
  const { raw, historyLength } = await handle.describe();
  const isAtWork = raw.pendingWorkflowTask?.state === started || historyLength !== events?.length;
  return isAtWork || hasActedOnLeave(events);
}

/** `PENDING_WORKFLOW_TASK_STATE_STARTED` */
const started = 2;

/** Whether a run has done anything since it was first told that it may start: being told twice is no new leave. */
export function hasActedOnLeave(events: readonly LeaveEvent[]): boolean {
  const signals = events.map((event) => event.workflowExecutionSignaledEventAttributes?.signalName);
  const granted = signals.indexOf(wire.granted);
  const since = events.slice(granted + 1);
  return granted === -1 || since.some(({ activityTaskScheduledEventAttributes: activity }) => activity != null);
}

/** What of an event tells of a leave, or of what was done with it. */
interface LeaveEvent {
  workflowExecutionSignaledEventAttributes?: { signalName?: string | null } | null;
  activityTaskScheduledEventAttributes?: object | null;
}

/** A run that has just ended is listed for a while. */
async function isOpen(client: Client, id: string): Promise<boolean> {
  try {
    return (await client.workflow.getHandle(id).describe()).status.name === 'RUNNING';
  } catch {
    return false;
  }
}

/** Only the run itself knows whether it waits for a slot, or may live already. */
async function needsOf(client: Client, id: string, status?: string): Promise<RunNeeds | undefined> {
  if (status === 'running' || status === 'waiting-for-person') return { lives: true };
  try {
    const ask = () => client.workflow.getHandle(id).query<RunNeeds>(wire.enrolment);
    return await client.withDeadline(Date.now() + patience, ask);
  } catch {
    return undefined;
  }
}
