import { runWorkflowId } from '../../src/core/names.js';
import { planWorkflowId } from '../../src/core/plan.js';
import type { PlannedJob, PlannedRun } from './program.js';

/** The id of the workflow that has the budget. */
export function jobId({ name, kind }: PlannedJob): string {
  return kind === 'plan' ? planWorkflowId(name) : name;
}

/** The id of the workflow beneath. */
function beneathId(job: PlannedJob): string {
  return `${jobId(job)}/beneath`;
}

/** The targets in order, each with its run's key and its step. */
export function targetsOf(job: PlannedJob): { step: string; key: string; target: PlannedRun }[] {
  const firstBeneath = job.steps.length - job.beneath;
  return job.steps.flatMap(({ name: step, targets }, place) => {
    const id = place < firstBeneath ? jobId(job) : beneathId(job);
    return targets.map((target, index) => ({
      step,
      key: `${id}/${step}${index === 0 ? '' : `:${index + 1}`}`,
      target,
    }));
  });
}

/** Names and ids of all workflows that the steps may come to. */
export function jobIds(job: PlannedJob): [string, string][] {
  return [
    [job.name, jobId(job)],
    [`${job.name}-beneath`, beneathId(job)],
    ...targetsOf(job).map(({ key, target }): [string, string] => [target.name, runWorkflowId(key)]),
  ];
}
