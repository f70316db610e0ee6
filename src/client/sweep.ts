import { randomUUID } from 'node:crypto';
import { type Client, WorkflowFailedError } from '@temporalio/client';
import type { Duration } from '../core/duration.js';
import { sweepId } from '../core/names.js';
import type { SweepReport, SweepTask } from '../core/sweep.js';
import { defaultTimings, scaleTimings } from '../core/timings.js';
import { parse } from '../schemas/parse.js';
import { sweepInterval, sweepOptions } from '../schemas/sweep.js';
import { assertKnownCluster } from './cluster.js';
import { assertWorker } from './pollers.js';
import { dropSchedule, putSchedule, type Schedule } from './schedules.js';
import { errorOfWorkflow } from './workflow-failure.js';

/** Which orphans to look for, and whether to end them. */
export interface SweepOptions {
  /** Default: every account that the worker knows by name. */
  accounts?: string[];
  /** What is younger is left alone; at least 1 minute. Default 10 minutes. */
  olderThan?: Duration;
  /** Whether to end what is found. Default false: it is only told. */
  end?: boolean;
  /** Whether the home is to belong to this Temporal namespace from now on. Default false. */
  acceptCluster?: boolean;
}

/** What a sweep needs to know of its client. */
export interface SweepContext {
  client: Client;
  taskQueue: string;
  deployment: () => string;
  home: string;
  timeScale?: number;
}

/** Has a worker sweep once, and waits for its report. */
export async function sweepOnce(context: SweepContext, options: SweepOptions): Promise<SweepReport> {
  const { client, taskQueue } = context;
  const task = await newTask(context, options);
  await assertWorker(client, taskQueue);
  try {
    return await client.workflow.execute<(task: SweepTask) => Promise<SweepReport>>('sweep', {
      workflowId: `${sweepId(task.deployment)}:${randomUUID()}`,
      taskQueue,
      args: [task],
      workflowExecutionTimeout: '1 hour',
      staticSummary: `sweep ${task.deployment}`,
    });
  } catch (error) {
    throw error instanceof WorkflowFailedError ? errorOfWorkflow(error) : error;
  }
}

/** Has Temporal sweep every so often, in place of the schedule that there may be already. */
export async function scheduleSweep(context: SweepContext, every: Duration, options: SweepOptions): Promise<string> {
  const interval = parse(sweepInterval, every, 'the interval');
  const task = await newTask(context, options);
  const scheduleId = sweepId(task.deployment);
  const schedule: Schedule = {
    spec: { intervals: [{ every: interval }] },
    action: {
      type: 'startWorkflow',
      workflowType: 'sweep',
      workflowId: scheduleId,
      taskQueue: context.taskQueue,
      args: [task],
      workflowExecutionTimeout: '1 hour',
    },
    policies: { overlap: 'SKIP' },
  };
  await putSchedule(context.client, scheduleId, schedule);
  return scheduleId;
}

/** Ends the schedule; says whether there was one. */
export async function unscheduleSweep({ client, deployment }: SweepContext): Promise<boolean> {
  return dropSchedule(client, sweepId(deployment()));
}

async function newTask({ client, deployment, home, timeScale = 1 }: SweepContext, options: SweepOptions) {
  const { accounts, olderThan, end, acceptCluster } = parse(sweepOptions, options, 'the sweep');
  const {
    workflowService,
    options: { namespace },
  } = client;
  await assertKnownCluster({ workflowService, namespace }, home, acceptCluster);
  const { heartbeat, request, backoff, release } = scaleTimings(defaultTimings, timeScale);
  const timings = { heartbeat, request, backoff, release };
  const task: SweepTask = { deployment: deployment(), accounts, olderThanMs: olderThan, end, acceptCluster, timings };
  return task;
}
