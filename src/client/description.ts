import type { WorkflowExecutionInfo, WorkflowFailedError } from '@temporalio/client';
import { type EndpointName, endpointNames } from '../core/endpoints.js';
import { attributeOf, batchMemo, keyOfBatch, keyOfWorkflowId } from '../core/names.js';
import { isPlanWorkflow, keyOfPlan } from '../core/plan.js';
import { type Outcome, type RunReport, type RunStatus, runStatuses } from '../core/run.js';

/** What Temporal tells of a workflow, whether listed or described. */
export type Described = Omit<WorkflowExecutionInfo, 'raw'>;

/** One line of a list of runs. */
export interface RunSummary {
  key: string;
  endpoint: EndpointName;
  account: string;
  status: RunStatus;
  /** ISO 8601. */
  startedAt: string;
  /** ISO 8601; absent while it goes on. */
  endedAt?: string;
  /** Key of the batch that it is an item of. */
  batch?: string;
  /** Key of the plan that it is a step of. */
  plan?: string;
}

/** What Temporal itself knows of a run. */
export function summaryOf(info: Described): RunSummary {
  return {
    key: keyOfWorkflowId(info.workflowId) ?? info.workflowId,
    endpoint: endpointOf(info),
    account: attributeOf(info.typedSearchAttributes, 'PerdureAccount') ?? '',
    status: statusOf(info),
    startedAt: info.startTime.toISOString(),
    ...(info.closeTime && { endedAt: info.closeTime.toISOString() }),
    ...wholeOf(info),
  };
}

/** What a run is part of: a batch, or a plan. */
export function wholeOf({ memo, parentExecution }: Described): Pick<RunSummary, 'batch' | 'plan'> {
  const id: unknown = memo?.[batchMemo];
  const batch = typeof id === 'string' ? keyOfBatch(id) : undefined;
  const parent = parentExecution?.workflowId ?? '';
  return { ...(batch !== undefined && { batch }), ...(isPlanWorkflow(parent) && { plan: keyOfPlan(parent) }) };
}

/** A run's report from what Temporal itself knows. */
export function reportOf(key: string, info: Described): RunReport {
  const { endedAt: _, ...summary } = summaryOf(info);
  return { ...summary, key, generation: 1 };
}

/** The outcome of a run whose workflow was ended from outside, so that it could clean nothing up. */
export function abandonedOutcome(info: Described, error: WorkflowFailedError): Outcome {
  const { key, endpoint, startedAt, endedAt = startedAt } = summaryOf(info);
  const mark = attributeOf(info.typedSearchAttributes, 'PerdureMark');
  return {
    key,
    endpoint,
    status: 'unknown',
    error: {
      code: 'run-terminated',
      message: `The workflow of the run was ended from outside: ${error.cause?.message ?? error.message}`,
      hint: 'Its run and session at the provider may still live: look for its mark there.',
    },
    attempts: [],
    questions: [],
    cleanup: { confirmed: false, left: mark ? [`mark:${mark}`] : [] },
    usage: {},
    provider: {},
    startedAt,
    endedAt,
  };
}

function endpointOf(info: Described): EndpointName {
  const name = attributeOf(info.typedSearchAttributes, 'PerdureEndpoint');
  return endpointNames.find((endpoint) => endpoint === name) ?? 'anchor.webTask';
}

function statusOf(info: Described): RunStatus {
  const known =
    runStatuses.find((status) => status === attributeOf(info.typedSearchAttributes, 'PerdureStatus')) ?? 'queued';
  return ['RUNNING', 'COMPLETED', 'CONTINUED_AS_NEW'].includes(info.status.name) ? known : 'unknown';
}
