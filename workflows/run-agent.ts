import {
  ActivityFailure,
  ApplicationFailure,
  CancelledFailure,
  executeChild,
  proxyActivities,
  workflowInfo,
} from '@temporalio/workflow';
import type { PerdureActivities } from '../activities/index.js';
import { providerOf } from '../src/core/endpoints.js';
import { deadlineMemo, deploymentMemo, inputHashMemo, runWorkflowId } from '../src/core/names.js';
import type { Outcome } from '../src/core/run.js';
import type { AgentStep } from '../src/core/step.js';
import { endsBy } from '../src/core/timings.js';
import { agentRun } from './agent-run.js';
import { freeStepName, takeStepName } from './step-names.js';

const { perdurePrepare } = proxyActivities<PerdureActivities>({
  startToCloseTimeout: '10 seconds',
  retry: { initialInterval: '1 second', maximumInterval: '30 seconds' },
  summary: 'check the step',
});

/**
 * Runs an agent as a step of a workflow, in a child workflow of its own, and gives the checked result.
 * Fails with an `ApplicationFailure` whose type is the error's code: `bad-input`, `schema-unknown` and
 * `step-name-taken` before anything is started; otherwise that of the run, whose outcome is the first detail. A run that
 * was cancelled fails with a `CancelledFailure`.
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
  if (!takeStepName(name)) throw nameTaken(name, 'another step of this workflow');
  const key = `${workflowInfo().workflowId}/${name}`;
  const { input, hash } = await checked(perdurePrepare({ key, ...step })).catch((error: unknown) => {
    freeStepName(name);
    throw error;
  });
  try {
    return await executeChild(agentRun, {
      workflowId: runWorkflowId(key),
      args: [input],
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
      parentClosePolicy: 'REQUEST_CANCEL',
      memo: {
        [inputHashMemo]: hash,
        [deadlineMemo]: endsBy(input.timings, Date.now()),
        [deploymentMemo]: input.deployment,
      },
      searchAttributes: {
        PerdureStatus: ['queued'],
        PerdureProvider: [providerOf(input.agent.endpoint)],
        PerdureEndpoint: [input.agent.endpoint],
        PerdureAccount: [input.account],
      },
      ...(input.priority && { priority: input.priority }),
      staticSummary: `${name}: ${input.agent.endpoint}`,
    });
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'WorkflowExecutionAlreadyStartedError') throw error;
    throw nameTaken(name, `an earlier execution of the workflow ${workflowInfo().workflowId}`);
  }
}

/** What a check at the worker refuses fails by its own type, not as an activity. */
export async function checked<T>(check: Promise<T>): Promise<T> {
  try {
    return await check;
  } catch (error) {
    throw error instanceof ActivityFailure && error.cause instanceof ApplicationFailure ? error.cause : error;
  }
}

/** The failure of a step whose name another has. */
export function nameTaken(name: string, by: string): ApplicationFailure {
  const message = `The step name '${name}' is taken by ${by}. Give each step a name of its own, such as '${name}-2'.`;
  return ApplicationFailure.nonRetryable(message, 'step-name-taken');
}
