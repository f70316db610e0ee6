import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { runWorkflowId } from '../../src/core/names.js';

/** Resets a run to before its start, or to right after it; says whether there was such a place in its history. */
export async function resetRun(client: Client, key: string, to: 'before-start' | 'after-start'): Promise<boolean> {
  const workflowId = runWorkflowId(key);
  const { runId } = await client.workflow.getHandle(workflowId).describe();
  const eventId = await resetPoint(client, { workflowId, runId }, to);
  if (eventId === undefined) return false;
  await client.workflowService.resetWorkflowExecution({
    namespace: client.options.namespace,
    workflowExecution: { workflowId, runId },
    reason: `reset to ${to}`,
    workflowTaskFinishEventId: eventId,
    requestId: randomUUID(),
  });
  return true;
}

type EventId = NonNullable<
  NonNullable<Parameters<Client['workflowService']['resetWorkflowExecution']>[0]>['workflowTaskFinishEventId']
>;

async function resetPoint(
  client: Client,
  { workflowId, runId }: { workflowId: string; runId: string },
  to: 'before-start' | 'after-start',
): Promise<EventId | undefined> {
  const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
  const list = events ?? [];
  const started =
    to === 'before-start' ? 0 : list.findIndex((event) => event.activityTaskCompletedEventAttributes != null);
  if (started < 0) return undefined;
  const point = list.slice(started).find((event) => event.workflowTaskCompletedEventAttributes != null);
  return point?.eventId ?? undefined;
}
