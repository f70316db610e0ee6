import { ApplicationFailure, CancelledFailure, executeChild, workflowInfo } from '@temporalio/workflow';
import { jsonLength } from '../src/core/batch.js';
import { usedBy } from '../src/core/budget.js';
import { mayFailOver } from '../src/core/failover.js';
import type { EarlierTarget, Outcome, RunInput } from '../src/core/run.js';
import { runStart } from '../src/core/run-start.js';
import type { AgentStep, PreparedRun, PrepareTask } from '../src/core/step.js';
import { agentRun } from './agent-run.js';
import { prepareRuns } from './prepare-runs.js';
import { tills, withinBudget } from './purse.js';
import { freeStepName, nameTaken, takeStepName } from './step-names.js';
import { roomInTask } from './task-room.js';
import { itsTurn, takeTurn, type Turn } from './turn.js';

/**
 * Runs an agent as a step of a workflow, in a child workflow of its own, and gives the checked result.
 * Fails with an `ApplicationFailure` whose type is the error's code: `bad-input`, `schema-unknown` and
 * `step-name-taken`, and `budget-exceeded`, before anything is started; otherwise that of the run, whose outcome is the
 * first detail. A run that was cancelled fails with a `CancelledFailure`.
 */
export async function runAgent<T>(step: AgentStep<T>): Promise<T> {
  const outcome = await runAgentOutcome(step);
  if (outcome.status === 'completed') return outcome.result as T;
  const { code, message } = outcome.error ?? { code: 'internal', message: `The run ended ${outcome.status}.` };
  if (outcome.status === 'cancelled' && code === 'cancelled') throw new CancelledFailure(message, [outcome]);
  throw ApplicationFailure.create({ type: code, message, nonRetryable: true, details: [outcome] });
}

/** Like {@link runAgent}, but gives the outcome however the run ended. */
export async function runAgentOutcome<T>(step: AgentStep<T>): Promise<Outcome> {
  const { name } = step;
  const tasks = tasksOf(step);
  const names = tasks.map((_, index) => nameOfTarget(name, index));
  const taken = names.find((each) => !takeStepName(each));
  if (taken !== undefined) throw nameTaken(taken, 'another step of this workflow');
  const turn = takeTurn();
  const prepared = await prepareRuns(tasks, (index) => `The step '${names[index] ?? name}'`).catch((error: unknown) => {
    for (const each of names) freeStepName(each);
    turn?.pass();
    throw error;
  });
  if (turn) await itsTurn(turn);
  return runAtFirst(name, prepared, turn);
}

/** Runs a step at the first of its targets that can do it. */
async function runAtFirst(name: string, prepared: PreparedRun[], turn: Turn | undefined): Promise<Outcome> {
  const earlier: Outcome[] = [];
  // Where nothing can be started anywhere, the first choice is waited for.
  const open = prepared.some(({ failing }) => !failing) ? prepared.filter(({ failing }) => !failing) : prepared;
  for (const [index, target] of open.entries()) {
    const last = index === open.length - 1;
    const { input, cost } = last ? withPatience(target) : target;
    try {
      const outcome = await withinBudget(input.key, cost?.most, {
        run: () => runChild(name, input, target.hash),
        used: (ended) => (cost ? usedBy(ended, cost, input.timings.scale) : {}),
        scale: input.timings.scale,
        turn,
      });
      if (last || !mayFailOver(outcome, target.input.effect)) return after(earlier, outcome);
      earlier.push({ ...outcome, account: target.input.account });
    } catch (failure) {
      const before = earlier.pop();
      if (!before || !isRefusal(failure)) throw failure;
      return after(earlier, notGoneOn(before, failure));
    }
  }
  throw ApplicationFailure.nonRetryable(`The step '${name}' has no target.`, 'bad-input');
}

/** The outcome of a step, with what it tried before. */
function after(earlier: readonly Outcome[], outcome: Outcome): Outcome {
  if (earlier.length === 0) return outcome;
  const failedOver = earlier.map(
    ({ key, account = '', status, error }): EarlierTarget => ({ key, account, status, ...(error && { error }) }),
  );
  return { ...outcome, failedOver };
}

function isRefusal(failure: unknown): failure is ApplicationFailure {
  return failure instanceof ApplicationFailure && failure.type === 'budget-exceeded';
}

/** The outcome of a target whose next one the budget did not allow: it says both. */
function notGoneOn(outcome: Outcome, { message: refusal }: ApplicationFailure): Outcome {
  const { code = 'internal', message = `The run ended ${outcome.status}.`, hint } = outcome.error ?? {};
  const both = `${message} The next target was not tried: ${refusal}`;
  return { ...outcome, error: { code, message: both, ...(hint !== undefined && { hint }) } };
}

/** Nothing takes over from the last target: its start may be refused until its deadline. */
function withPatience(target: PreparedRun): PreparedRun {
  return { ...target, input: { ...target.input, refusedFor: undefined } };
}

async function runChild(name: string, input: RunInput, hash: string): Promise<Outcome> {
  const room = roomInTask(jsonLength(input));
  if (room) await room;
  try {
    return await executeChild(agentRun, {
      ...runStart(input, hash),
      parentClosePolicy: 'REQUEST_CANCEL',
      staticSummary: `${name}: ${input.agent.endpoint}`,
    });
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'WorkflowExecutionAlreadyStartedError') throw error;
    throw nameTaken(name, `an earlier execution of the workflow ${workflowInfo().workflowId}`);
  }
}

/** The runs that a step may come to, one for each of its targets. */
function tasksOf<T>(step: AgentStep<T>): PrepareTask[] {
  const { name, agent, account, targets, failOverAfter = '1 minute', ...options } = step;
  const places = targets ?? (agent ? [{ agent, ...(account !== undefined && { account }) }] : []);
  if (places.length === 0) throw ApplicationFailure.nonRetryable(`The step '${name}' has no target.`, 'bad-input');
  const budgeted = tills().length > 0;
  return places.map((place, index) => ({
    ...options,
    ...place,
    key: `${workflowInfo().workflowId}/${nameOfTarget(name, index)}`,
    ...(places.length > 1 && { refusedFor: failOverAfter }),
    ...(budgeted && { budgeted }),
  }));
}

/** Of the run at a target: the step's own at the first. */
function nameOfTarget(name: string, index: number): string {
  return index === 0 ? name : `${name}:${index + 1}`;
}
