import { ApplicationFailure, executeChild, isCancellation, workflowInfo } from '@temporalio/workflow';
import type { Budget } from '../../src/core/budget.js';
import type { PersonStep, Verdict } from '../../src/core/person-step.js';
import type { Outcome } from '../../src/core/run.js';
import type { AgentStep } from '../../src/core/step.js';
import { askPerson } from '../../workflows/ask-person.js';
import { setBudget } from '../../workflows/purse.js';
import { runAgentOutcome } from '../../workflows/run-agent.js';
import { saveFiles } from '../../workflows/save-files.js';
import type { StepEnd } from './evidence.js';

export * from '../../workflows/index.js';

/** A user's workflow that asks for one approval. */
export function approve(step: PersonStep): Promise<Verdict> {
  return askPerson(step);
}

/** A user's workflow of steps at once, some of them in a workflow beneath, within a budget of them all. */
export async function job(budget: Budget, own: AgentStep[], theirs: AgentStep[], files?: number): Promise<StepEnd[]> {
  setBudget(budget);
  return (await Promise.all([all(own, files), theirs.length > 0 ? beneath(theirs, files) : []])).flat();
}

/** The steps of a workflow beneath. */
export async function jobBeneath(steps: AgentStep[], files?: number): Promise<StepEnd[]> {
  return all(steps, files);
}

async function beneath(steps: AgentStep[], files: number | undefined): Promise<StepEnd[]> {
  try {
    return await executeChild(jobBeneath, { workflowId: `${workflowInfo().workflowId}/beneath`, args: [steps, files] });
  } catch (error) {
    // It was cancelled before it was started.
    if (!isCancellation(error)) throw error;
    return steps.map(({ name }) => ({ step: name, failure: 'cancelled' }));
  }
}

function all(steps: AgentStep[], files: number | undefined): Promise<StepEnd[]> {
  return Promise.all(steps.map((step) => endOf(step, files)));
}

async function endOf(step: AgentStep, files: number | undefined): Promise<StepEnd> {
  try {
    const outcome = await runAgentOutcome(step);
    const { key, status, failedOver = [] } = outcome;
    const saved = files !== undefined && status === 'completed' ? await filesOf(outcome, files) : {};
    return { step: step.name, key, status, failedOver: failedOver.map((earlier) => earlier.key), ...saved };
  } catch (error) {
    if (isCancellation(error)) return { step: step.name, failure: 'cancelled' };
    if (!(error instanceof ApplicationFailure)) throw error;
    return { step: step.name, failure: error.type ?? 'internal' };
  }
}

/** Where the files of a run are; or why they were not saved, where it says so. */
async function filesOf(outcome: Outcome, expect: number): Promise<Pick<StepEnd, 'saved' | 'notSaved'>> {
  try {
    return { saved: (await saveFiles(outcome, { expect })).map((file) => file.path) };
  } catch (error) {
    if (isCancellation(error)) return { notSaved: 'cancelled' };
    if (!(error instanceof ApplicationFailure)) throw error;
    return { notSaved: error.type ?? 'internal' };
  }
}
