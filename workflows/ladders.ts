import { condition, patched } from '@temporalio/workflow';
import { type Question, timesRefused } from '../src/core/question.js';
import type { Moment } from '../src/core/question-book.js';
import { tellAsked, tellEscalated } from './notices.js';
import type { RunState } from './run-state.js';

/**
 * Tells of each question that a run asks, and brings about what time does to it: further people are told, a claim is
 * overdue, a deadline passes. On one durable timer, and on none where nothing is due before the run's own deadline.
 */
export async function keepLadders(run: RunState): Promise<void> {
  const told = new Set<string>();
  const untold = () => run.questions.all().find((question) => !told.has(askingOf(question)));
  await condition(() => untold() !== undefined);
  // Runs that asked before there were ladders go on without.
  if (!patched('perdure-ladders')) return;
  for (;;) {
    for (let question = untold(); question; question = untold()) {
      told.add(askingOf(question));
      if (question.state === 'open') void tellAsked(question, run.input.taskQueue);
    }
    const next = nextMoment(run);
    const changed = () => untold() !== undefined || !isSame(next, nextMoment(run));
    if (!next) await condition(changed);
    else if (next.at <= Date.now() || !(await condition(changed, next.at - Date.now()))) bringAbout(run, next);
  }
}

/** A question that whoever asked has refused an answer to is asked once more. */
function askingOf(question: Question): string {
  return `${question.id}/${timesRefused(question)}`;
}

/** What the run's deadline brings about, and that of a lost start, is seen to elsewhere. */
function nextMoment({ questions, startedAt, input }: RunState): Moment | undefined {
  const end = startedAt + input.timings.deadline;
  const isOurs = ({ at, kind, id }: Moment) =>
    at < end && !(kind === 'deadline' && questions.get(id)?.kind === 'start');
  return questions.moments().find(isOurs);
}

function isSame(a: Moment | undefined, b: Moment | undefined): boolean {
  return a?.id === b?.id && a?.at === b?.at && a?.kind === b?.kind;
}

function bringAbout(run: RunState, moment: Moment): void {
  const { questions } = run;
  const question = questions.get(moment.id);
  if (!question) return;
  switch (moment.kind) {
    case 'unsettled':
      return questions.unsettled(moment.id);
    case 'rung': {
      const nth = questions.climb(moment.id, moment.rung);
      void tellEscalated(question, { ...moment.rung, nth }, run.input.taskQueue);
      return;
    }
    case 'deadline': {
      const isConfirm = question.form.kind === 'confirm';
      questions.expire(moment.id, new Date().toISOString(), isConfirm ? false : undefined);
      if (!isConfirm) run.expired = question;
    }
  }
}
