import { ApplicationFailure, executeChild, isCancellation, workflowInfo } from '@temporalio/workflow';
import type { Budget } from '../../src/core/budget.js';
import type { PersonStep, Verdict } from '../../src/core/person-step.js';
import type { AgentStep } from '../../src/core/step.js';
import { askPerson } from '../../workflows/ask-person.js';
import { setBudget } from '../../workflows/purse.js';
import { runAgentOutcome } from '../../workflows/run-agent.js';
import type { StepEnd } from './evidence.js';

export * from '../../workflows/index.js';

/** A user's workflow that asks for one approval. */
export function approve(step: PersonStep): Promise<Verdict> {
  return askPerson(step);
}

/** A user's workflow of steps at once, some of them in a workflow beneath, within a budget of them all. */
export async function job(budget: Budget, own: AgentStep[], theirs: AgentStep[]): Promise<StepEnd[]> {
  setBudget(budget);
  return (await Promise.all([all(own), theirs.length > 0 ? beneath(theirs) : []])).flat();
}

/** The steps of a workflow beneath. */
export async function jobBeneath(steps: AgentStep[]): Promise<StepEnd[]> {
  return all(steps);
}

async function beneath(steps: AgentStep[]): Promise<StepEnd[]> {
  try {
    return await executeChild(jobBeneath, { workflowId: `${workflowInfo().workflowId}/beneath`, args: [steps] });
  } catch (error) {
    // It was cancelled before it was started.
    if (!isCancellation(error)) throw error;
    return steps.map(({ name }) => ({ step: name, failure: 'cancelled' }));
  }
}

function all(steps: AgentStep[]): Promise<StepEnd[]> {
  return Promise.all(steps.map(endOf));
}

async function endOf(step: AgentStep): Promise<StepEnd> {
  try {
    const { key, status, failedOver = [] } = await runAgentOutcome(step);
    return { step: step.name, key, status, failedOver: failedOver.map((earlier) => earlier.key) };
  } catch (error) {
    if (isCancellation(error)) return { step: step.name, failure: 'cancelled' };
    if (!(error instanceof ApplicationFailure)) throw error;
    return { step: step.name, failure: error.type ?? 'internal' };
  }
}
