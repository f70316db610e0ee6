import { attributeOf, planMemo, waitingQuery } from '../core/names.js';
import { hasEnded, keyOfPlan, type PlanStatus, planStatuses, planWorkflowId } from '../core/plan.js';
import type { Described } from './description.js';
import { type ListFilter, oneOf, plain } from './listing.js';

/** Which plans to list; what is left out does not matter. */
export interface PlanFilter extends ListFilter {
  /** Default: all. */
  status?: PlanStatus[];
}

/** One line of a list of plans. */
export interface PlanSummary {
  key: string;
  /** As its document has it. */
  name?: string;
  /** How many it has; absent of what an earlier version started. */
  steps?: number;
  status: PlanStatus;
  /** ISO 8601. */
  startedAt: string;
  /** ISO 8601; absent while it goes on. */
  endedAt?: string;
}

/** The query of a filter in Temporal's list language. Throws `bad-input` for a value that no plan can have. */
export function planQuery({ status, prefix = '' }: PlanFilter): string {
  const begins = `WorkflowId STARTS_WITH '${planWorkflowId(prefix === '' ? '' : plain(prefix))}'`;
  const terms = ["WorkflowType = 'plan'", begins];
  if (status?.length) terms.push(`(${status.map((name) => stateQueries[oneOf(planStatuses, name)]).join(' OR ')})`);
  return terms.join(' AND ');
}

const stateQueries: Record<PlanStatus, string> = {
  running: "(ExecutionStatus = 'Running' AND PerdureWaiting IS NULL)",
  'waiting-for-person': `(ExecutionStatus = 'Running' AND ${waitingQuery})`,
  completed: "(ExecutionStatus = 'Completed' AND PerdureStatus = 'completed')",
  failed:
    "((ExecutionStatus = 'Completed' AND PerdureStatus = 'failed') OR ExecutionStatus IN ('Failed', 'Terminated', 'TimedOut'))",
  cancelled: "((ExecutionStatus = 'Completed' AND PerdureStatus = 'cancelled') OR ExecutionStatus = 'Canceled')",
};

/** What Temporal itself knows of a plan. */
export function summaryOfPlan(info: Described): PlanSummary {
  const { name, steps } = (info.memo?.[planMemo] ?? {}) as Pick<PlanSummary, 'name' | 'steps'>;
  return {
    key: keyOfPlan(info.workflowId),
    ...(name !== undefined && { name }),
    ...(steps !== undefined && { steps }),
    status: statusOf(info),
    startedAt: info.startTime.toISOString(),
    ...(info.closeTime && { endedAt: info.closeTime.toISOString() }),
  };
}

function statusOf({ status, typedSearchAttributes }: Described): PlanStatus {
  if (status.name === 'RUNNING') {
    return attributeOf(typedSearchAttributes, 'PerdureWaiting') === undefined ? 'running' : 'waiting-for-person';
  }
  if (status.name === 'CANCELLED') return 'cancelled';
  const told = planStatuses.find((each) => each === attributeOf(typedSearchAttributes, 'PerdureStatus'));
  return status.name === 'COMPLETED' && told && hasEnded(told) ? told : 'failed';
}
