import { isPerdureError } from '../src/core/errors.js';
import type { PreparedRun, PrepareTask } from '../src/core/step.js';
import type { ActivityDependencies } from './dependencies.js';
import { toFailure } from './failure.js';

/** Checks a workflow's step before anything is started, and makes a run's input of it. */
export function prepareStep({ prepare }: ActivityDependencies): (task: PrepareTask) => Promise<PreparedRun> {
  return async (task) => {
    try {
      return prepare(task);
    } catch (error) {
      throw isPerdureError(error) ? toFailure(error) : error;
    }
  };
}
