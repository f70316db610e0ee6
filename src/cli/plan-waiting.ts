import { setMaxListeners } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import type { Perdure } from '../client/perdure.js';
import type { PlanHandle } from '../client/plan-handle.js';
import { hasEnded, type PlanOutcome, type PlanReport } from '../core/plan.js';
import { type Question, workflowOfQuestion } from '../core/question.js';
import type { CommandContext } from './context.js';
import { exitOfCode, exits } from './exit-codes.js';
import { tellError } from './failure.js';
import { aborted } from './interruption.js';
import type { Output } from './output.js';
import { planLine, planOutcomeLine, stepLine } from './plan-text.js';
import { describeQuestion, lookOf } from './run-text.js';
import { Screen } from './screen.js';
import { cut, pretty } from './table.js';
import { isErrorCode } from '../core/errors.js';

const firstLookMs = 250;
const slowestLookMs = 2_000;

/** Waits for a plan's end and shows it; Ctrl-C leaves the plan going and says how to go on. */
export async function waitForPlan(
  context: CommandContext,
  perdure: Perdure,
  handle: PlanHandle,
): Promise<PlanOutcome | undefined> {
  const signal = context.interruption.take();
  const progress = new PlanProgress(context.output);
  const over = new AbortController();
  const { connection } = perdure.temporal;
  // The client adds a listener for each request of a long wait.
  setMaxListeners(0, over.signal);
  const outcome = connection.withAbortSignal(over.signal, () => handle.outcome());
  const looks = connection.withAbortSignal(over.signal, () => look({ perdure, handle, progress }, over.signal));
  try {
    const ended = await Promise.race([outcome, aborted(signal).then(() => undefined)]);
    if (!ended) {
      const { key } = handle;
      progress.note(
        `The plan goes on. See it: npx perdure plan show ${key} --watch   Stop it: npx perdure plan stop ${key}`,
      );
    }
    return ended;
  } finally {
    over.abort();
    await Promise.allSettled([outcome, looks]);
    progress.close();
  }
}

/** A look that fails is made again: the outcome tells what is wrong. */
async function look(
  { perdure, handle, progress }: { perdure: Perdure; handle: PlanHandle; progress: PlanProgress },
  over: AbortSignal,
): Promise<void> {
  for (let wait = firstLookMs; !over.aborted; wait = Math.min(slowestLookMs, wait * 1.2)) {
    const report = await handle.status().catch(() => undefined);
    if (over.aborted || (report && hasEnded(report.status))) return;
    if (report) progress.onReport(report);
    const questions = await openQuestions(perdure, handle).catch(() => []);
    if (!over.aborted) progress.onQuestions(questions);
    await pause(wait, undefined, { signal: over }).catch(() => undefined);
  }
}

/** The questions that a plan and its runs wait with. */
export async function openQuestions(perdure: Perdure, { workflowId }: PlanHandle): Promise<Question[]> {
  const questions = await perdure.questions();
  return questions.filter(({ id }) => {
    const asking = workflowOfQuestion(id) ?? '';
    return asking === workflowId || asking.startsWith(`perdure:run:${workflowId}/`);
  });
}

/** Shows how a plan goes on: one line that changes on a terminal, a line for each step that changes elsewhere. */
class PlanProgress {
  readonly #output: Output;
  readonly #screen: Screen | undefined;
  readonly #told = new Map<string, string>();
  readonly #asked = new Set<string>();
  #report: PlanReport | undefined;

  constructor(output: Output) {
    this.#output = output;
    if (output.notesAreLive) this.#screen = new Screen(output.notes);
  }

  onReport(report: PlanReport): void {
    this.#report = report;
    for (const step of report.steps) {
      if (step.status === 'pending' || this.#told.get(step.name) === step.status) continue;
      this.#told.set(step.name, step.status);
      this.note(stepLine(step));
    }
    this.#draw();
  }

  onQuestions(questions: readonly Question[]): void {
    for (const question of questions) {
      if (this.#asked.has(question.id)) continue;
      this.#asked.add(question.id);
      for (const line of describeQuestion(question, (look, text) => this.#output.paintNote(look, text)))
        this.note(line);
    }
  }

  /** Writes a line that stays. */
  note(line: string): void {
    if (this.#screen) this.#screen.above(line);
    else this.#output.note(line);
    this.#draw();
  }

  /** Takes the changing line away. */
  close(): void {
    this.#screen?.draw([]);
    this.#screen?.close();
  }

  #draw(): void {
    if (!this.#screen || !this.#report) return;
    const line = cut(planLine(this.#report), this.#screen.width);
    this.#screen.draw([this.#output.paintNote(lookOf(this.#report.status), line)]);
  }
}

/** Shows how a plan ended, its output on stdout; gives the exit. */
export function tellPlanOutcome({ output }: CommandContext, outcome: PlanOutcome): number {
  output.note(planOutcomeLine(outcome, (look, text) => output.paintNote(look, text)));
  for (const step of outcome.steps) if (step.error && step.name !== outcome.error?.step) output.note(stepLine(step));
  if (outcome.error) tellError(output, outcome.error);
  if (outcome.output !== undefined) output.say(pretty(outcome.output));
  else output.note(`Everything that is known: npx perdure plan show ${outcome.key}`);
  output.data(outcome);
  return exitOfPlan(outcome);
}

/** The exit of a command that waited for a plan. */
function exitOfPlan({ status, error, steps }: PlanOutcome): number {
  if (status === 'completed') return exits.done;
  const step = steps.find(({ name }) => name === error?.step);
  if (step?.status === 'unknown') return exits.unknown;
  const exit = isErrorCode(error?.code) ? exitOfCode(error.code) : exits.failed;
  // The plan was right; what one of its steps was given was not.
  return exit === exits.badInput ? exits.failed : exit;
}
