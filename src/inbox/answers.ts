import { randomUUID } from 'node:crypto';
import { refuseAnswer } from '../core/answer-form.js';
import { PerdureError } from '../core/errors.js';
import type { Json } from '../core/json.js';
import type { AnswerVerdict, Question } from '../core/question.js';
import type { Desk } from './desk.js';
import { answerDirectly } from './direct-answer.js';
import { inWords, mayAnswer, type Person } from './person.js';

/** Who gives an answer, and by what. */
export interface Giver {
  person: Person;
  /** `inbox`, `link`, `api`. */
  channel: string;
  decisionId?: string;
}

/**
 * Gives an answer to whoever asked: through Temporal, or straight to the provider where it may not be stored.
 * @throws PerdureError `answer-not-allowed`.
 */
export async function giveAnswer(desk: Desk, question: Question, answer: Json, giver: Giver): Promise<AnswerVerdict> {
  const { person, channel, decisionId = randomUUID() } = giver;
  if (!mayAnswer(question, person)) throw notAllowed(question, person.name);
  const reason = refuseAnswer(question.form, answer);
  if (reason !== undefined) return { accepted: false, reason };
  const terms = { by: person.name, channel, decisionId };
  const { options, ask, pace } = desk;
  const verdict = question.direct
    ? await answerDirectly(
        { perdure: options.perdure, provider: options.provider, ask, providerMs: pace.provider },
        { question, answer, ...terms },
      )
    : await ask(() => options.perdure.answer(question.id, answer, terms));
  desk.board.nudge();
  return verdict;
}

/** Why a person may not answer a question. */
export function notAllowed({ assignees }: Pick<Question, 'assignees'>, name: string): PerdureError {
  return new PerdureError({
    code: 'answer-not-allowed',
    message: `This question is for ${inWords(assignees)}; ${name} may not answer it.`,
    hint: 'Who belongs to which group stands under reviewers in perdure.config.yaml.',
  });
}
