import { upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import { jsonLength } from '../src/core/batch.js';
import type { Json } from '../src/core/json.js';
import { makeMark } from '../src/core/mark.js';
import {
  keyOfPlan,
  kindOfStep,
  type PlanInput,
  type PlanOutcome,
  type PlanReport,
  type PlanStep,
  type PlanStepReport,
  type PlanStepStatus,
} from '../src/core/plan.js';
import type { PlanScope } from '../src/core/plan-reference.js';
import type { OutcomeError } from '../src/core/run.js';
import { PlanRoom } from './plan-room.js';

/** Items of a step that are named, of those under way and of those that failed; and earlier targets. */
const mostNamed = 20;
/** The same of all steps. */
const mostNamedInAll = 400;
/** Bytes of JSON of a result that is shown, and of all that are. */
const mostShown = 1024;
const mostShownInAll = 64 * 1024;
/** Characters of an error in a report; the run's own outcome has it in full. */
const longestMessage = 600;

/** What references to a step find. */
interface StepValues {
  status: PlanStepStatus;
  result?: Json;
}

/** What a plan knows of itself while it goes on. */
export class PlanState {
  readonly key = keyOfPlan(workflowInfo().workflowId);
  readonly startedAt = new Date().toISOString();
  readonly steps: PlanStepReport[];
  readonly room = new PlanRoom();
  /** Items of all steps so far. */
  items = 0;
  outcome: PlanOutcome | undefined;
  readonly #values: Record<string, StepValues> = {};

  constructor(readonly input: PlanInput) {
    this.steps = input.plan.steps.map((step) => ({ name: step.name, kind: kindOfStep(step), status: 'pending' }));
  }

  /** What references name; of the item, in a `forEach`. */
  scope(of: { item?: Json; index?: number } = {}): PlanScope {
    return { inputs: this.input.inputs, steps: this.#values, ...of };
  }

  begin(step: PlanStep): PlanStepReport {
    const report = this.steps.find(({ name }) => name === step.name);
    if (!report) throw new RangeError(`No step ${step.name}`);
    report.status = 'running';
    report.startedAt = new Date().toISOString();
    return report;
  }

  end(report: PlanStepReport, status: PlanStepStatus, result?: Json): void {
    report.status = status;
    report.endedAt = new Date().toISOString();
    this.#values[report.name] = { status, ...(result !== undefined && { result }) };
  }

  report(): PlanReport {
    const { name } = this.input.plan;
    const waits = this.steps.some(({ status }) => status === 'waiting-for-person');
    const status = this.outcome?.status ?? (waits ? 'waiting-for-person' : 'running');
    return {
      key: this.key,
      ...(name !== undefined && { name }),
      status,
      steps: this.#reports(),
      startedAt: this.startedAt,
    };
  }

  /** Ends the plan, and makes it searchable how. */
  finish(end: Pick<PlanOutcome, 'status' | 'output' | 'error'>): PlanOutcome {
    for (const report of this.steps) if (report.status === 'pending') report.status = 'skipped';
    const { name } = this.input.plan;
    const { workflowId: key, firstExecutionRunId: firstExecution } = workflowInfo();
    const mark = makeMark({ deployment: this.input.deployment, key, firstExecution, generation: 0 });
    upsertSearchAttributes({ PerdureStatus: [end.status], PerdureMark: [mark] });
    this.outcome = {
      key: this.key,
      ...(name !== undefined && { name }),
      ...end,
      ...(end.error && {
        error: { ...clipped(end.error), ...(end.error.step !== undefined && { step: end.error.step }) },
      }),
      steps: this.#reports(),
      startedAt: this.startedAt,
      endedAt: new Date().toISOString(),
    };
    return this.outcome;
  }

  /** Bounded, however many steps have failed: Temporal takes no payload of more than 2 MiB. */
  #reports(): PlanStepReport[] {
    let named = mostNamedInAll;
    let shown = mostShownInAll;
    const first = <T>(pieces: readonly T[]): T[] => {
      const taken = pieces.slice(0, Math.min(mostNamed, named));
      named -= taken.length;
      return taken;
    };
    return this.steps.map(({ items, error, failedOver, ...report }) => {
      const result = items ? undefined : this.#values[report.name]?.result;
      const bytes = result === undefined ? 0 : jsonLength(result);
      const isShown = result !== undefined && bytes <= Math.min(mostShown, shown);
      if (isShown) shown -= bytes;
      return {
        ...report,
        ...(isShown && { result }),
        ...(error && { error: clipped(error) }),
        ...(failedOver && { failedOver: first(failedOver).map(clippedError) }),
        ...(items && {
          items: {
            ...items,
            running: first(items.running),
            failures: first(items.failures).map((piece) => ({
              ...clippedError(piece),
              ...(piece.failedOver && { failedOver: first(piece.failedOver).map(clippedError) }),
            })),
          },
        }),
      };
    });
  }
}

function clippedError<P extends { error?: OutcomeError }>({ error, ...piece }: P) {
  return { ...piece, ...(error && { error: clipped(error) }) };
}

function clipped({ code, message, hint }: OutcomeError): OutcomeError {
  const short = message.length > longestMessage ? `${message.slice(0, longestMessage)}…` : message;
  return { code, message: short, ...(hint !== undefined && { hint: hint.slice(0, longestMessage) }) };
}
