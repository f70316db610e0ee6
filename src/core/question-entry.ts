import type { Json } from './json.js';
import type {
  AnswerMessage,
  AnswerVerdict,
  ProviderQuestion,
  Question,
  QuestionKind,
  QuestionTerms,
} from './question.js';

/** A question that is to be asked. */
export interface Asked {
  /** As whoever asks knows it: the provider's id, or the name of the step. */
  provider: ProviderQuestion;
  kind: QuestionKind;
  title: string;
  terms: QuestionTerms;
  /** Its answer may not be stored. */
  direct?: true;
}

/** An answer that was taken and is to be given to whoever asks. */
export interface TakenAnswer {
  question: ProviderQuestion;
  id: string;
  answer: Json;
}

/** A question in its book. */
export interface Entry {
  question: Question;
  provider: ProviderQuestion;
  /** Rungs of its ladder that were climbed. */
  climbed: number;
  claim?: Claim;
  /** Whether an answer may have reached whoever asks though nobody knows it. */
  maybeAnswered?: boolean;
}

/** Somebody gives the answer to the provider directly. */
interface Claim {
  decisionId: string;
  /** Epoch milliseconds. */
  until: number;
}

/** What was said to an answer. */
export interface Decision {
  questionId: string;
  verdict: AnswerVerdict;
}

/** A book as it goes over to the next execution of its workflow. */
export interface CarriedQuestions {
  /** Version of this shape. */
  version: 1;
  entries: Entry[];
  early: AnswerMessage[];
  decisions: [string, Decision][];
  outbox: TakenAnswer[];
}

export const earlierQuestion =
  'This answer was given to an earlier question of the same name; look at the one that is open now.';
export const directOnly =
  'This answer is a secret that may not be stored: give it in the inbox, or with npx perdure answer, which hand it to the provider.';
export const tooManyEarly =
  'This question is not asked yet, and no more can be kept for it: answer it once it is asked.';
export const storedOnly = 'This question takes its answer from the workflow: it is answered, not claimed.';

/** Why an answer is refused, whatever is in it; undefined when it is not. */
export function refusalOfGiven(question: Question, { askedAt, givenAt }: AnswerMessage): string | undefined {
  if (askedAt !== undefined && askedAt !== question.askedAt) return earlierQuestion;
  const taken = refusalOfState(question);
  if (taken !== undefined) return taken;
  if (isLate(question, givenAt)) return tooLate(question);
  return question.direct ? directOnly : undefined;
}

/** Whether an answer was given when the deadline had passed, though what that brings about is still to come. */
function isLate({ deadline }: Question, givenAt: string | undefined): boolean {
  return deadline !== undefined && givenAt !== undefined && Date.parse(givenAt) > Date.parse(deadline);
}

function tooLate({ deadline }: Question): string {
  return `This answer came too late: the question could be answered until ${deadline ?? 'its deadline'}.`;
}

/** Why a question takes no answer any more, or none now; undefined when it does. */
export function refusalOfState(question: Question): string | undefined {
  const { state, kind, closed, by = 'someone', answeredAt = 'an unknown time' } = question;
  const answered = `This question was already answered by ${by} at ${answeredAt}`;
  switch (state) {
    case 'open':
      return undefined;
    case 'gone':
      return `${kind === 'agent' ? 'The agent' : 'Whoever asked'} has moved on: this question is closed.`;
    case 'unknown':
      return closed ? `${answered}, and is closed: nobody knows whether the provider got that answer.` : undefined;
    case 'claimed':
      return `${by} is answering this question now.`;
    case 'expired':
      return `Nobody answered by the deadline: the default was applied at ${answeredAt}.`;
    case 'answered':
    case 'applied':
      return `${answered}.`;
  }
}

/** Closes a question that its asker waits with no more. */
export function closeEntry({ question, maybeAnswered }: Entry): void {
  question.state = maybeAnswered ? 'unknown' : 'gone';
  if (maybeAnswered) question.closed = true;
}

/** Makes a question one that nobody has answered. */
export function forgetReply(question: Question): void {
  delete question.by;
  delete question.channel;
  delete question.answeredAt;
  delete question.answer;
}

/** A copy whose changes do not show in the original. */
export function copyOf(entry: Entry): Entry {
  return { ...entry, question: { ...entry.question }, ...(entry.claim && { claim: { ...entry.claim } }) };
}

/** Most of what goes over to a next execution: what is older is forgotten. */
const mostEntries = 50;
const mostDecisions = 200;
const longestKept = 200;

/** Questions as they go over to the next execution of a workflow, in which nobody waits with any of them: without what was answered. */
export function goneOver({ entries, early, decisions }: CarriedQuestions): CarriedQuestions {
  return {
    version: 1,
    entries: entries.slice(-mostEntries).map(({ question: { answer: _, ...question }, climbed }) => ({
      climbed,
      question: {
        ...question,
        message: question.message.slice(0, longestKept),
        form: { kind: 'text' },
        state: ['open', 'claimed', 'answered'].includes(question.state) ? 'gone' : question.state,
      },
      provider: { providerId: '', message: '', form: { kind: 'text' } },
    })),
    early,
    decisions: decisions.slice(-mostDecisions),
    outbox: [],
  };
}

/** Characters that answers which came before their questions have in all: they go over to the next execution whole. */
const mostEarlyCharacters = 200_000;

/** Whether one more early answer can be kept beside those that are. */
export function fitsBeside(early: Iterable<AnswerMessage>, answer: AnswerMessage): boolean {
  const length = [...early, answer].reduce((sum, message) => sum + JSON.stringify(message).length, 0);
  return length <= mostEarlyCharacters;
}

/** Whether a value is what went over. */
export function isCarried(value: unknown): value is CarriedQuestions {
  if (typeof value !== 'object' || value === null || Reflect.get(value, 'version') !== 1) return false;
  return ['entries', 'early', 'decisions', 'outbox'].every((name) => Array.isArray(Reflect.get(value, name)));
}
