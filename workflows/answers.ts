import { ApplicationFailure, defineQuery, defineSignal, defineUpdate, log, setHandler } from '@temporalio/workflow';
import { wire } from '../src/core/names.js';
import { type AnswerMessage, type AnswerVerdict, isAnswerMessage, type Question } from '../src/core/question.js';
import type { QuestionBook } from '../src/core/question-book.js';

/**
 * Answers a question of a run or of a step; refused in words where it comes too late, does not fit, or somebody was
 * first.
 */
export const answerUpdate = defineUpdate<AnswerVerdict, [AnswerMessage]>(wire.answer);
/** The same where no worker takes the update in time; whether it was taken, the question tells afterwards. */
export const answerSignal = defineSignal<[AnswerMessage]>(wire.answer);
/** Asks a workflow for its questions, whatever became of each. */
export const questionsQuery = defineQuery<Question[]>(wire.questions);

/** Has the questions of a workflow told and answered. */
export function listenToAnswers(book: QuestionBook): void {
  const take = (message: AnswerMessage) => book.take(message, new Date().toISOString());
  setHandler(questionsQuery, () => book.all());
  setHandler(answerSignal, (message) => {
    // A signal that carries something else must not wedge the workflow.
    if (!isAnswerMessage(message)) return;
    const verdict = take(message);
    // Whoever sent it hears nothing; who looks after the run does.
    if (!verdict.accepted) {
      const { questionId, by, channel } = message;
      log.warn(`An answer that was left with the workflow was not taken: ${verdict.reason}`, {
        questionId,
        by,
        channel,
      });
    }
  });
  setHandler(answerUpdate, take, {
    validator: (message) => {
      if (!isAnswerMessage(message)) throw refused('This is no answer.');
      const reason = book.refusal(message);
      if (reason !== undefined) throw refused(reason);
    },
  });
}

/** What an update is refused with. */
export function refused(reason: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(reason, 'answer-refused');
}
