import { upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import { makeMark } from '../src/core/mark.js';
import { waitingFor } from '../src/core/names.js';
import type { Question } from '../src/core/question.js';
import { QuestionBook } from '../src/core/question-book.js';
import { type Asked, type CarriedQuestions, goneOver, isCarried } from '../src/core/question-entry.js';
import { listenToAnswers } from './answers.js';
import { deskProperty, questionsMemo } from './carried-names.js';

/** Where the people of a user's workflow are asked: one for all of its steps. */
class Desk {
  readonly book: QuestionBook;
  /** Questions that somebody waits with. */
  #open = 0;

  constructor() {
    const { workflowId, memo } = workflowInfo();
    const carried: unknown = memo?.[questionsMemo];
    this.book = new QuestionBook(workflowId, workflowId, isCarried(carried) ? carried : undefined);
    listenToAnswers(this.book);
  }

  /** Asks, and makes it searchable that this workflow waits. */
  ask(asked: Asked, deployment: string): Question {
    const question = this.book.open(asked, new Date().toISOString());
    this.#open += 1;
    if (this.#open === 1) {
      const { workflowId: key, firstExecutionRunId: firstExecution } = workflowInfo();
      const mark = makeMark({ deployment, key, firstExecution, generation: 0 });
      upsertSearchAttributes({ PerdureWaiting: [waitingFor.person], PerdureMark: [mark] });
    }
    return question;
  }

  /** Notes that nobody waits with a question any more. */
  close(id: string): void {
    this.book.close(id);
    this.#open -= 1;
    if (this.#open === 0) upsertSearchAttributes({ PerdureWaiting: [] });
  }

  /** What the next execution of this workflow has to know; arrow, since an interceptor takes it from here. */
  readonly carry = (): CarriedQuestions => goneOver(this.book.toJSON());
}

export type { Desk };

/** The desk of this workflow, kept on the global object as the names of its steps are. */
export function deskOfWorkflow(): Desk {
  const known: unknown = Reflect.get(globalThis, deskProperty);
  if (known instanceof Desk) return known;
  const desk = new Desk();
  Reflect.set(globalThis, deskProperty, desk);
  return desk;
}
