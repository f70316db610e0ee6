import { isPerdureError, PerdureError } from '../src/core/errors.js';
import type { PreparedQuestion, PrepareQuestionTask } from '../src/core/person-step.js';
import type { PreparedRun, PrepareTask } from '../src/core/step.js';
import { jsonLength } from '../src/core/batch.js';
import type { AccountHealth } from './account-health.js';
import type { ActivityDependencies } from './dependencies.js';
import { toFailure } from './failure.js';

/** Bytes of JSON of an answer of several runs: the schema that one names may be larger than all it says itself. */
const mostAnswerBytes = 1024 * 1024;

/**
 * Checks the runs that a workflow is about to start, all before any of them is, and makes the input of each: at least of
 * the first, and of those after it as far as they fit into one answer.
 */
export function prepareStep(
  { prepare }: ActivityDependencies,
  health: AccountHealth,
): (tasks: readonly PrepareTask[]) => Promise<PreparedRun[]> {
  return checked((tasks) => {
    const fitting: PreparedRun[] = [];
    let bytes = 0;
    for (const task of tasks) {
      const prepared = prepare(task);
      bytes += jsonLength(prepared);
      if (fitting.length > 0 && bytes > mostAnswerBytes) break;
      fitting.push({ ...prepared, ...(health.isFailing(prepared.input.account) && { failing: true }) });
    }
    return fitting;
  });
}

/** Checks a workflow's question before anybody is asked, and makes a form of the schema of its answer. */
export function prepareQuestion({
  prepareQuestion: prepare,
}: ActivityDependencies): (task: PrepareQuestionTask) => Promise<PreparedQuestion> {
  return checked(prepare);
}

function checked<T, R>(prepare: (task: T) => R): (task: T) => Promise<R> {
  return async (task) => {
    try {
      return prepare(task);
    } catch (error) {
      throw isPerdureError(error) ? toFailure(withHint(error)) : error;
    }
  };
}

/** Temporal shows no more of a failure than its message. */
function withHint({ code, message, hint, cause }: PerdureError): PerdureError {
  return new PerdureError({ code, message: hint === undefined ? message : `${message} ${hint}`, cause });
}
