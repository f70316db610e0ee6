import {
  ApplicationFailure,
  CancelledFailure,
  executeChild,
  proxyActivities,
  workflowInfo,
} from '@temporalio/workflow';
import type { PerdureActivities } from '../activities/index.js';
import { inputHashMemo, runWorkflowId } from '../src/core/names.js';
import { providerOf } from '../src/core/endpoints.js';
import type { Outcome } from '../src/core/run.js';
import type { AgentStep } from '../src/core/step.js';
import { agentRun } from './agent-run.js';

const { perdurePrepare } = proxyActivities<PerdureActivities>({
  startToCloseTimeout: '10 seconds',
  retry: { initialInterval: '1 second', maximumInterval: '30 seconds' },
  summary: 'check the step',
});

/**
 * Runs an agent as a step of a workflow, in a child workflow of its own, and gives the checked result.
 * Fails with an `ApplicationFailure` whose type is the error's code and whose first detail is the outcome.
 */
export async function runAgent<T>(step: AgentStep<T>): Promise<T> {
  const outcome = await runAgentOutcome(step);
  if (outcome.status === 'completed') return outcome.result as T;
  const { code, message } = outcome.error ?? { code: 'internal', message: `The run ended ${outcome.status}.` };
  if (outcome.status === 'cancelled' && code === 'cancelled') throw new CancelledFailure(message, [outcome]);
  throw ApplicationFailure.create({ type: code, message, nonRetryable: true, details: [outcome] });
}

/** Like {@link runAgent}, but gives the outcome however the run ended. */
export async function runAgentOutcome<T>({ name, ...step }: AgentStep<T>): Promise<Outcome> {
  const key = `${workflowInfo().workflowId}/${name}`;
  const { input, hash } = await perdurePrepare({ key, ...step });
  return executeChild(agentRun, {
    workflowId: runWorkflowId(key),
    args: [input],
    workflowIdReusePolicy: 'REJECT_DUPLICATE',
    parentClosePolicy: 'REQUEST_CANCEL',
    memo: { [inputHashMemo]: hash },
    searchAttributes: {
      PerdureStatus: ['queued'],
      PerdureProvider: [providerOf(input.agent.endpoint)],
      PerdureEndpoint: [input.agent.endpoint],
      PerdureAccount: [input.account],
    },
    staticSummary: `${name}: ${input.agent.endpoint}`,
  });
}
