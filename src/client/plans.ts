import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { defineSearchAttributeKey, TypedSearchAttributes } from '@temporalio/common';
import { PerdureError } from '../core/errors.js';
import { deploymentMemo, inputHashMemo, planMemo } from '../core/names.js';
import { type PlanInput, type PlanOutcome, planWorkflowId } from '../core/plan.js';
import { isOwn } from './own-runs.js';
import { PlanHandle, type PlanHandleContext } from './plan-handle.js';
import { newPlanInput, type PlanOptions } from './plan-input.js';
import { fingerprint, type StartContext } from './run-input.js';
import { dropSchedule, putSchedule, type Schedule } from './schedules.js';

/** What starting plans needs to know of its client. */
export type PlanContext = PlanHandleContext & StartContext;

/** When a plan is started by Temporal. */
export interface PlanSchedule {
  /** Five fields, as cron has them, in UTC unless `CRON_TZ=…` stands before them: `0 6 * * 1-5`. */
  cron: string;
}

/** Starts a plan, or finds the one that its key has. */
export async function startPlan(context: PlanContext, options: PlanOptions): Promise<PlanHandle> {
  const { client, taskQueue } = context;
  const input = newPlanInput(options, context);
  const workflowId = planWorkflowId(options.key);
  try {
    await client.workflow.start<(input: PlanInput) => Promise<PlanOutcome>>('plan', {
      workflowId,
      taskQueue,
      args: [input],
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
      workflowIdConflictPolicy: 'FAIL',
      ...described(input),
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    await assertSame(context, options.key, hashOf(input));
  }
  return new PlanHandle(options.key, context);
}

/** Has Temporal start a plan again and again, each time under a key of its own, in place of the schedule of this key. */
export async function schedulePlan(
  context: PlanContext,
  { cron, ...options }: PlanOptions & PlanSchedule,
): Promise<string> {
  const input = newPlanInput(options, context);
  const scheduleId = planWorkflowId(options.key);
  const schedule: Schedule = {
    spec: { cronExpressions: [checkedCron(cron)] },
    action: {
      type: 'startWorkflow',
      workflowType: 'plan',
      // Temporal adds the time of the firing, which so becomes part of the key.
      workflowId: scheduleId,
      taskQueue: context.taskQueue,
      args: [input],
      ...described(input),
    },
    policies: { overlap: 'SKIP' },
  };
  await putSchedule(context.client, scheduleId, schedule);
  return scheduleId;
}

/** Ends the schedule of a key; says whether there was one. Plans that it has started go on. */
export async function unschedulePlan({ client }: PlanContext, key: string): Promise<boolean> {
  return dropSchedule(client, planWorkflowId(key));
}

function described(input: PlanInput) {
  const { name = `${input.plan.steps.length} steps` } = input.plan;
  return {
    memo: {
      [inputHashMemo]: hashOf(input),
      [deploymentMemo]: input.deployment,
      [planMemo]: { ...(input.plan.name !== undefined && { name }), steps: input.plan.steps.length },
    },
    typedSearchAttributes: new TypedSearchAttributes([
      { key: defineSearchAttributeKey('PerdureStatus', 'KEYWORD'), value: 'running' },
    ]),
    staticSummary: `plan: ${name}`,
  };
}

function hashOf({ plan, inputs }: PlanInput): string {
  return fingerprint({ plan, inputs });
}

async function assertSame({ client, deployment }: PlanContext, key: string, hash: string): Promise<void> {
  const description = await client.workflow.getHandle(planWorkflowId(key)).describe();
  if (description.memo?.[inputHashMemo] === hash && isOwn(description, deployment())) return;
  throw new PerdureError({
    code: 'key-taken',
    message: `The key '${key}' belongs to a plan that was started with another document or other inputs.`,
    hint: `See what runs under it: npx perdure plan show ${key}. Start other work under another key.`,
  });
}

const field = '[0-9A-Za-z*/,?#L-]{1,60}';
const cronPattern = new RegExp(
  `^(?:(?:CRON_TZ|TZ)=[A-Za-z0-9_+/-]{1,60} )?(?:@[a-z]{1,10}|${field}(?: ${field}){4,6})$`,
);

function checkedCron(cron: string): string {
  const plain = typeof cron === 'string' ? cron.trim().replaceAll(/\s+/g, ' ') : '';
  if (cronPattern.test(plain)) return plain;
  throw new PerdureError({
    code: 'bad-input',
    message: `'${String(cron).slice(0, 60)}' is no cron expression.`,
    hint: "Write five fields: minute, hour, day, month, weekday. '0 6 * * 1-5' is six in the morning (UTC) from Monday to Friday.",
  });
}
