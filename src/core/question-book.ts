import { refuseAnswer } from './answer-form.js';
import type { Json } from './json.js';
import {
  type AnswerFate,
  type AnswerMessage,
  type AnswerVerdict,
  type ProviderQuestion,
  type Question,
  questionId,
  workflowOfQuestion,
} from './question.js';

/** An answer that was taken and is to be given to the provider. */
export interface TakenAnswer {
  question: ProviderQuestion;
  id: string;
  answer: Json;
}

/** Why an answer that fits its form is refused all the same; undefined when it is not. */
export type Check = (answer: Json) => string | undefined;

interface Entry {
  question: Question;
  provider: ProviderQuestion;
  check?: Check;
  /** Whether an answer may have reached the provider though nobody knows it. */
  maybeAnswered: boolean;
}

/** The questions of one workflow: which are open, who answered what, and what is on its way. */
export class QuestionBook {
  private readonly entries = new Map<string, Entry>();
  /** Answers that came before their question, by question. */
  private readonly early = new Map<string, AnswerMessage>();
  private readonly decisions = new Map<string, AnswerVerdict>();
  private readonly outbox: TakenAnswer[] = [];

  constructor(
    private readonly workflowId: string,
    private readonly key: string,
  ) {}

  /** Every question so far, oldest first. */
  all(): Question[] {
    return [...this.entries.values()].map(({ question }) => question);
  }

  /** Notes a question that the provider asks; one that is known is opened again only when it was thought to be closed. */
  open(provider: ProviderQuestion, now: string, check?: Check): void {
    const id = questionId(this.workflowId, provider.providerId);
    const known = this.entries.get(id);
    if (known && ['gone', 'unknown'].includes(known.question.state)) known.question.state = 'open';
    if (known) return;
    const { message, form } = provider;
    const title = 'The agent asks';
    this.entries.set(id, {
      provider,
      check,
      maybeAnswered: false,
      question: { id, key: this.key, title, message, form, state: 'open', askedAt: now },
    });
    const early = this.early.get(id);
    if (!early) return;
    this.early.delete(id);
    this.decisions.set(early.decisionId, this.decide(early, now));
  }

  /** Why an answer would be refused, or undefined: for the validator, which changes nothing. */
  refusal({ questionId: id, answer, decisionId }: AnswerMessage): string | undefined {
    if (this.decisions.has(decisionId)) return undefined;
    if (workflowOfQuestion(id) !== this.workflowId) return 'This question belongs to another run.';
    const entry = this.entries.get(id);
    if (!entry) return this.refusalOfEarly(id);
    const { state, by, answeredAt } = entry.question;
    if (state === 'gone') return 'The agent has moved on: this question is closed.';
    if (state !== 'open') {
      const answered = `This question was already answered by ${by ?? 'someone'} at ${answeredAt ?? 'an unknown time'}`;
      return state === 'unknown'
        ? `${answered}, and is closed: nobody knows whether the provider got that answer.`
        : `${answered}.`;
    }
    return refuseAnswer(entry.provider.form, answer) ?? entry.check?.(answer);
  }

  private refusalOfEarly(id: string): string | undefined {
    const early = this.early.get(id);
    return early && `The question is not asked yet, and ${early.by} has answered it already.`;
  }

  /** Takes an answer, or says why not; the same decision again gets the same verdict. One that comes early is kept. */
  take(message: AnswerMessage, now: string): AnswerVerdict {
    const before = this.decisions.get(message.decisionId);
    if (before) return before;
    const verdict = this.decide(message, now);
    this.decisions.set(message.decisionId, verdict);
    return verdict;
  }

  /** The next answer that is to be given to the provider. */
  nextTaken(): TakenAnswer | undefined {
    return this.outbox.shift();
  }

  hasTaken(): boolean {
    return this.outbox.length > 0;
  }

  /** Notes what became of an answer at the provider; `open`: it was refused, so that another may be given. */
  settle(id: string, state: AnswerFate | 'open'): void {
    const entry = this.entries.get(id);
    if (!entry) return;
    entry.maybeAnswered ||= state === 'unknown';
    entry.question.state = state === 'gone' ? closed(entry) : state;
  }

  /** Closes the questions that the provider no longer waits with. */
  closeOpen(except?: string): void {
    for (const entry of this.entries.values()) {
      const { question, provider } = entry;
      if (question.state === 'open' && provider.providerId !== except) question.state = closed(entry);
    }
  }

  private decide(message: AnswerMessage, now: string): AnswerVerdict {
    const reason = this.refusal(message);
    if (reason !== undefined) return { accepted: false, reason };
    const entry = this.entries.get(message.questionId);
    if (!entry) {
      this.early.set(message.questionId, message);
      return { accepted: true, pending: true };
    }
    const { by, channel, answer } = message;
    Object.assign(entry.question, { state: 'answered', by, channel, answeredAt: now });
    this.outbox.push({ question: entry.provider, id: message.questionId, answer });
    return { accepted: true };
  }
}

/** How a question ends that nobody is known to have answered. */
function closed({ maybeAnswered }: Entry): 'gone' | 'unknown' {
  return maybeAnswered ? 'unknown' : 'gone';
}
