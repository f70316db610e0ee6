import { randomUUID } from 'node:crypto';
import { refuseAnswer } from '../core/answer-form.js';
import { PerdureError } from '../core/errors.js';
import type { Json } from '../core/json.js';
import type { AnswerVerdict, Question } from '../core/question.js';
import { earlierQuestion } from '../core/question-entry.js';
import type { Desk } from './desk.js';
import { type DirectAnswer, giveDirectly } from './direct-answer.js';
import { inWords, mayAnswer, type Person } from './person.js';

/** Who gives an answer, and by what. */
export interface Giver {
  person: Person;
  /** `inbox`, `link`, `api`. */
  channel: string;
  decisionId?: string;
  /** The `askedAt` of the question that the person saw. Default: that of the one which is open now. */
  askedAt?: string;
}

/**
 * Gives an answer to whoever asked: through Temporal, or straight to the provider where it may not be stored.
 * @throws PerdureError `answer-not-allowed`.
 */
export async function giveAnswer(desk: Desk, question: Question, answer: Json, giver: Giver): Promise<AnswerVerdict> {
  const { person, channel, decisionId = randomUUID(), askedAt = question.askedAt } = giver;
  if (!mayAnswer(question, person)) throw notAllowed(question, person.name);
  const reason = reasonAgainst(question, answer, askedAt);
  if (reason !== undefined) return { accepted: false, reason };
  const terms = { by: person.name, channel, decisionId };
  const { options, ask, board } = desk;
  const verdict = question.direct
    ? await sendOnce(desk, { question, answer, ...terms })
    : await ask(() => options.perdure.answer(question.id, answer, { ...terms, askedAt }));
  board.nudge();
  return verdict;
}

/** What an answer to an earlier question has to fit, only its workflow knows: there it is refused, unless it was taken then. */
function reasonAgainst(question: Question, answer: Json, askedAt: string): string | undefined {
  if (askedAt === question.askedAt) return refuseAnswer(question.form, answer);
  return question.direct ? earlierQuestion : undefined;
}

const mostSpent = 10_000;

/** What may not be stored can't be recognised later, so that its decision is remembered here. */
async function sendOnce({ options, ask, pace, spent }: Desk, answer: DirectAnswer): Promise<AnswerVerdict> {
  if (spent.has(answer.decisionId)) return { accepted: false, reason: 'This was sent already, and is not sent twice.' };
  spent.add(answer.decisionId);
  const [oldest] = spent;
  if (spent.size > mostSpent && oldest !== undefined) spent.delete(oldest);
  const { perdure, provider } = options;
  let maybeSent = false;
  try {
    const given = await giveDirectly({ perdure, provider, ask, providerMs: pace.provider }, answer);
    maybeSent = given.maybeSent;
    return given.verdict;
  } finally {
    // What was not sent may be given once more, by the same form or link.
    if (!maybeSent) spent.delete(answer.decisionId);
  }
}

/** Why a person may not answer a question. */
export function notAllowed({ assignees }: Pick<Question, 'assignees'>, name: string): PerdureError {
  return new PerdureError({
    code: 'answer-not-allowed',
    message: `This question is for ${inWords(assignees)}; ${name} may not answer it.`,
    hint: 'Who belongs to which group stands under reviewers in perdure.config.yaml.',
  });
}
