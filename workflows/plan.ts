import { CancellationScope, CancelledFailure, defineQuery, isCancellation, setHandler } from '@temporalio/workflow';
import { isPerdureError, PerdureError } from '../src/core/errors.js';
import type { Json } from '../src/core/json.js';
import { wire } from '../src/core/names.js';
import {
  defaultAtOnce,
  mostOutputBytes,
  mostPlanItems,
  mostPlanItemsInAll,
  type PlanInput,
  type PlanItems,
  type PlanOutcome,
  type PlanReport,
  type PlanStep,
  type PlanStepReport,
} from '../src/core/plan.js';
import { fillIn, kindOf } from '../src/core/plan-reference.js';
import { PlanState } from './plan-state.js';
import { type Done, doPiece, type Piece } from './plan-step.js';
import { setBudget } from './purse.js';

const statusQuery = defineQuery<PlanReport>(wire.status);
const outcomeQuery = defineQuery<PlanOutcome | undefined>(wire.outcome);

/**
 * Does the steps of a plan that was checked, one after the other. It always completes with its outcome, also when a step
 * failed or the plan was cancelled.
 */
export async function plan(input: PlanInput): Promise<PlanOutcome> {
  const state = new PlanState(input);
  if (input.plan.budget) setBudget(input.plan.budget);
  setHandler(statusQuery, () => state.report());
  setHandler(outcomeQuery, () => state.outcome);
  try {
    for (const [index, step] of input.plan.steps.entries()) {
      const { status, error } = await doStep(state, step, `steps[${index}]`);
      if (status === 'completed' || step.onFailure === 'continue') continue;
      const { code, message, hint } = error ?? { code: 'internal', message: `It ended ${status}.` };
      return state.finish({ status: 'failed', error: { code, message, ...(hint && { hint }), step: step.name } });
    }
    return state.finish({ status: 'completed', ...outputOf(state) });
  } catch (error) {
    if (isPerdureError(error))
      return state.finish({ status: 'failed', error: { code: error.code, message: error.message } });
    if (!isCancellation(error)) throw error;
    return state.finish({ status: 'cancelled', error: { code: 'cancelled', message: 'The plan was cancelled.' } });
  }
}

async function doStep(state: PlanState, step: PlanStep, place: string): Promise<Done> {
  const report = state.begin(step);
  try {
    const done =
      step.forEach === undefined
        ? await doOnce(state, report, { step, place })
        : await doEach(state, report, { step, place });
    if (done.error) report.error = done.error;
    state.end(report, done.status, done.result);
    return done;
  } catch (error) {
    if (isCancellation(error)) state.end(report, 'cancelled');
    throw error;
  }
}

type Task = Pick<Piece, 'step' | 'place'>;

function doOnce(state: PlanState, report: PlanStepReport, task: Task): Promise<Done> {
  const waits = (waiting: boolean) => {
    report.status = waiting ? 'waiting-for-person' : 'running';
  };
  const { room, input } = state;
  return doPiece({ ...task, name: report.name, scope: state.scope(), scale: input.scale ?? 1, room, report, waits });
}

/**
 * Does a step for each item. After a failure that stops the plan nothing further is begun, and what is under way comes to
 * its own end: to break it off could leave it half done.
 */
async function doEach(state: PlanState, report: PlanStepReport, { step, place }: Task): Promise<Done> {
  const list = listOf(state, step, place);
  if (!Array.isArray(list)) return list;
  const items: PlanItems = { total: list.length, completed: 0, failed: 0, running: [], failures: [] };
  report.items = items;
  const results: Json[] = list.map(() => null);
  const entries = list.entries();
  let asking = 0;
  let first: Done | undefined;
  const waits = (waiting: boolean) => {
    asking += waiting ? 1 : -1;
    report.status = asking > 0 ? 'waiting-for-person' : 'running';
  };
  const work = async () => {
    for (const [index, item] of entries) {
      const own: PlanItems['running'][number] = { index };
      items.running.push(own);
      const piece = {
        step,
        place,
        name: `${step.name}:${index}`,
        scope: state.scope({ item, index }),
        scale: state.input.scale ?? 1,
        room: state.room,
        report: own,
        waits,
      };
      const done = await doPiece(piece);
      items.running.splice(items.running.indexOf(own), 1);
      results[index] = done.result ?? null;
      if (done.status === 'completed') items.completed += 1;
      else {
        items.failed += 1;
        items.failures.push({ ...own, ...(done.error && { error: done.error }) });
        first ??= done;
      }
      if (first && step.onFailure !== 'continue') return;
    }
  };
  await allSettled(Array.from({ length: Math.min(step.atOnce ?? defaultAtOnce, list.length) }, work));
  if (!first) return { status: 'completed', result: results };
  const error = first.error && {
    ...first.error,
    message: `${items.failed} of ${list.length} items failed, first: ${first.error.message}`,
  };
  return { status: 'failed', result: results, ...(error && { error }) };
}

/** Waits for all, so that a cancel leaves nothing behind that still ends. */
async function allSettled(works: Promise<void>[]): Promise<void> {
  const settled = await Promise.allSettled(works);
  const rejected = settled.find((each) => each.status === 'rejected');
  if (rejected) throw rejected.reason;
  if (CancellationScope.current().consideredCancelled) throw new CancelledFailure('The plan was cancelled.');
}

function listOf(state: PlanState, { forEach }: PlanStep, place: string): Json[] | Done {
  try {
    const list = fillIn(forEach, state.scope(), `${place}.forEach`);
    if (!Array.isArray(list))
      throw misfit(`${place}.forEach: ${String(forEach)} is ${kindOf(list)}, and a list is needed.`);
    state.items += list.length;
    if (list.length > mostPlanItems || state.items > mostPlanItemsInAll) {
      const bound = `a list has at most ${mostPlanItems} items, and all lists of a plan ${mostPlanItemsInAll}`;
      throw misfit(
        `${place}.forEach: ${list.length} items are too many: ${bound}. For more there is: npx perdure batch`,
      );
    }
    return list;
  } catch (error) {
    if (!isPerdureError(error)) throw error;
    return { status: 'failed', error: { code: error.code, message: error.message } };
  }
}

function outputOf(state: PlanState): { output?: Json } {
  const { output } = state.input.plan;
  if (output === undefined) return {};
  const filled = fillIn(output, state.scope(), 'output');
  const bytes = new TextEncoder().encode(JSON.stringify(filled)).length;
  if (bytes <= mostOutputBytes) return { output: filled };
  const message = `output: it has ${bytes} bytes as JSON, and at most ${mostOutputBytes} are kept; name less of the results.`;
  throw new PerdureError({ code: 'result-too-large', message });
}

function misfit(message: string): PerdureError {
  return new PerdureError({ code: 'reference-invalid', message });
}
