import { ApplicationFailure } from '@temporalio/workflow';

const property = 'perdureStepNames';

/**
 * Takes a name for a step of this workflow; false when another step has it. The names are kept on the global object,
 * which each workflow has for itself, also where a worker shares modules between workflows.
 */
export function takeStepName(name: string): boolean {
  const names = namesOfWorkflow();
  if (names.has(name)) return false;
  names.add(name);
  return true;
}

/** Gives a name back whose step was not started. */
export function freeStepName(name: string): void {
  namesOfWorkflow().delete(name);
}

/** The failure of a step whose name another has. */
export function nameTaken(name: string, by: string): ApplicationFailure {
  const message = `The step name '${name}' is taken by ${by}. Give each step a name of its own, such as '${name}-2'.`;
  return ApplicationFailure.nonRetryable(message, 'step-name-taken');
}

function namesOfWorkflow(): Set<string> {
  const known: unknown = Reflect.get(globalThis, property);
  if (known instanceof Set) return known;
  const names = new Set<string>();
  Reflect.set(globalThis, property, names);
  return names;
}
