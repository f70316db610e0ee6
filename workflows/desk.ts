import { upsertMemo, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import { makeMark } from '../src/core/mark.js';
import { type AnswerMessage, isAnswerMessage, type Question } from '../src/core/question.js';
import { QuestionBook } from '../src/core/question-book.js';
import type { Asked } from '../src/core/question-entry.js';
import { listenToAnswers } from './answers.js';

const property = 'perdureDesk';
/** The memo field that keeps answers which came before their questions, so that they go over to the next execution. */
const keptMemo = 'perdureEarlyAnswers';

/** Where the people of a user's workflow are asked: one for all of its steps. */
export class Desk {
  readonly book: QuestionBook;
  /** Questions that somebody waits with. */
  #open = 0;
  #kept: string;

  constructor() {
    const { workflowId, memo } = workflowInfo();
    const early = keptIn(memo?.[keptMemo]);
    this.book = new QuestionBook(workflowId, workflowId, {
      version: 1,
      entries: [],
      early,
      decisions: early.map(({ decisionId, questionId }) => [
        decisionId,
        { questionId, verdict: { accepted: true, pending: true } },
      ]),
      outbox: [],
    });
    this.#kept = this.#names();
    listenToAnswers(this.book, () => this.#keep());
  }

  /** Asks, and makes it searchable that this workflow waits. */
  ask(asked: Asked, deployment: string): Question {
    const question = this.book.open(asked, new Date().toISOString());
    this.#keep();
    this.#open += 1;
    if (this.#open === 1) {
      const { workflowId: key, firstExecutionRunId: firstExecution } = workflowInfo();
      const mark = makeMark({ deployment, key, firstExecution, generation: 0 });
      upsertSearchAttributes({ PerdureWaiting: ['person'], PerdureMark: [mark] });
    }
    return question;
  }

  /** Notes that nobody waits with a question any more. */
  close(id: string): void {
    this.book.close(id);
    this.#open -= 1;
    if (this.#open === 0) upsertSearchAttributes({ PerdureWaiting: [] });
  }

  /** Writes down which answers are kept for questions that are still to come. */
  #keep(): void {
    const kept = this.#names();
    if (kept === this.#kept) return;
    this.#kept = kept;
    const early = this.book.kept();
    upsertMemo({ [keptMemo]: early.length > 0 ? early : null });
  }

  #names(): string {
    return this.book
      .kept()
      .map(({ decisionId }) => decisionId)
      .join(' ');
  }
}

function keptIn(memo: unknown): AnswerMessage[] {
  return Array.isArray(memo) ? memo.filter(isAnswerMessage) : [];
}

/** The desk of this workflow, kept on the global object as the names of its steps are. */
export function deskOfWorkflow(): Desk {
  const known: unknown = Reflect.get(globalThis, property);
  if (known instanceof Desk) return known;
  const desk = new Desk();
  Reflect.set(globalThis, property, desk);
  return desk;
}
