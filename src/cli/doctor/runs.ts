import type { Client, WorkflowExecutionInfo } from '@temporalio/client';
import { deadlineMemo, keyOfWorkflowId, waitingQuery } from '../../core/names.js';
import { type Finding, fail, ok } from './finding.js';

const mostLooked = 1000;
const mostNamed = 5;
/** A workflow task that failed so often will fail again. */
const failingAttempts = 3;

const openRuns = "WorkflowType = 'agentRun' AND ExecutionStatus = 'Running'";

/** Whether runs stand that should have moved: past the time by which they had to end, or with failing workflow tasks. */
export async function checkRuns(client: Client): Promise<Finding> {
  const name = 'runs';
  const open = await listOpen(client);
  const overdue = open.filter(({ memo }) => Number(memo?.[deadlineMemo]) < Date.now());
  if (overdue.length > 0) {
    const text = `should have ended by now: ${named(overdue)}`;
    return fail(name, text, 'Look at one with: npx perdure show <key>. Without a worker nothing moves: npx perdure up');
  }
  const failing = await listFailing(client, open);
  if (failing.length > 0) {
    const cure = "The reason is in Temporal's UI, at the last WorkflowTaskFailed. Mend it and restart the worker.";
    return fail(name, `their workflow tasks keep failing: ${named(failing)}`, cure);
  }
  const { count: waiting } = await client.workflow.count(`${openRuns} AND ${waitingQuery}`);
  const more = open.length === mostLooked ? ' or more' : '';
  return ok(name, `${open.length}${more} open, ${waiting} of them wait for a person`);
}

async function listOpen(client: Client): Promise<WorkflowExecutionInfo[]> {
  const open: WorkflowExecutionInfo[] = [];
  for await (const info of client.workflow.list({ query: openRuns })) {
    open.push(info);
    if (open.length === mostLooked) break;
  }
  return open;
}

async function listFailing(client: Client, open: WorkflowExecutionInfo[]): Promise<WorkflowExecutionInfo[]> {
  const failing: WorkflowExecutionInfo[] = [];
  // The oldest are listed last, and are the likelier to stand.
  for (const info of open.toReversed()) {
    const { raw } = await client.workflow.getHandle(info.workflowId, info.runId).describe();
    if (Number(raw.pendingWorkflowTask?.attempt ?? 0) >= failingAttempts) failing.push(info);
    if (failing.length > mostNamed) break;
  }
  return failing;
}

function named(runs: WorkflowExecutionInfo[]): string {
  const keys = runs.slice(0, mostNamed).map(({ workflowId }) => keyOfWorkflowId(workflowId) ?? workflowId);
  const rest = runs.length > mostNamed ? ' and more' : '';
  return `${keys.join(', ')}${rest}`;
}
