import type { Info } from '@temporalio/activity';
import { keyOfWorkflowId } from '../core/names.js';

/** Which run an activity works for, as far as its input says. */
interface RunOfActivity {
  key?: string;
  endpoint?: string;
  account?: string;
  /** Of the activity, from 1. */
  attempt: number;
}

/** Reads that from an activity's own information and its first argument. */
export function runOfActivity({ attempt, workflowExecution }: Info, [task]: readonly unknown[]): RunOfActivity {
  const { account, endpoint, agent, place } = fieldsOf(task);
  const key = keyOfWorkflowId(workflowExecution?.workflowId ?? '');
  const named = [endpoint, fieldsOf(agent).endpoint].find((each) => typeof each === 'string');
  const owner = [account, fieldsOf(place).account].find((each) => typeof each === 'string');
  return {
    ...(key !== undefined && { key }),
    ...(typeof named === 'string' && { endpoint: named }),
    ...(typeof owner === 'string' && { account: owner }),
    attempt,
  };
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
