import { plainAnswer, refuseAnswer, refuseSize } from './answer-form.js';
import { climb, type LadderStep, nextStep } from './escalation.js';
import type { Json } from './json.js';
import {
  type AnswerFate,
  type AnswerMessage,
  type AnswerVerdict,
  awaitsPerson,
  type ClaimMessage,
  type ProviderQuestion,
  type Question,
  questionId,
  type Rung,
  type SettleMessage,
  workflowOfQuestion,
} from './question.js';
import {
  type Asked,
  type CarriedQuestions,
  closeEntry,
  copyOf,
  type Decision,
  type Entry,
  fitsBeside,
  forgetReply,
  refusalOfGiven,
  refusalOfState,
  storedOnly,
  type TakenAnswer,
  tooManyEarly,
} from './question-entry.js';

/** Why an answer that fits its form is refused all the same; undefined when it is not. */
export type Check = (answer: Json) => string | undefined;

/** Answers that were refused which the trail of one question keeps. */
const mostRefused = 20;

/** Something that time brings about a question. */
export type Moment = { id: string; at: number } & (LadderStep | { kind: 'unsettled' });

/** The questions of one workflow: which are open, who answered what, and what is on its way. Plain state, no clock. */
export class QuestionBook {
  private readonly entries = new Map<string, Entry>();
  /** Answers that came before their question, by question. */
  private readonly early = new Map<string, AnswerMessage>();
  private readonly decisions = new Map<string, Decision>();
  private readonly outbox: TakenAnswer[] = [];
  private readonly checks = new Map<string, Check>();

  constructor(
    private readonly workflowId: string,
    private readonly key: string,
    carried?: CarriedQuestions,
  ) {
    for (const entry of carried?.entries ?? []) this.entries.set(entry.question.id, copyOf(entry));
    for (const message of carried?.early ?? []) this.early.set(message.questionId, message);
    for (const [id, decision] of carried?.decisions ?? []) this.decisions.set(id, decision);
    this.outbox.push(...(carried?.outbox ?? []));
  }

  /** What a book of the next execution goes on with. */
  toJSON(): CarriedQuestions {
    return {
      version: 1,
      entries: [...this.entries.values()],
      early: [...this.early.values()],
      decisions: [...this.decisions],
      outbox: [...this.outbox],
    };
  }

  /** Every question so far, oldest first. */
  all(): Question[] {
    return [...this.entries.values()].map(({ question }) => question);
  }

  get(id: string): Question | undefined {
    return this.entries.get(id)?.question;
  }

  /** How whoever asks knows a question. */
  askedAs(id: string): ProviderQuestion | undefined {
    return this.entries.get(id)?.provider;
  }

  /** Notes a question that is asked; one that is known is opened again only when it was thought to be gone. */
  open({ provider, kind, title, terms, direct }: Asked, now: string, check?: Check): Question {
    const id = questionId(this.workflowId, provider.providerId);
    if (check) this.checks.set(id, check);
    // A name is asked once in an execution of its workflow: what is known of it is of one before.
    if (kind === 'approval') this.entries.delete(id);
    const known = this.entries.get(id)?.question;
    if (known && ['gone', 'unknown'].includes(known.state)) known.state = 'open';
    if (known?.closed) delete known.closed;
    if (known) return known;
    const { message, form } = provider;
    const asked = { id, kind, key: this.key, title, message, form, ...(direct && { direct }) };
    const question: Question = { ...asked, ...terms, state: 'open', askedAt: now };
    this.entries.set(id, { provider, climbed: 0, question });
    const early = this.early.get(id);
    if (!early) return question;
    this.early.delete(id);
    this.decisions.set(early.decisionId, { questionId: id, verdict: this.decide(early, now) });
    return question;
  }

  /** Why an answer would be refused, or undefined: for the validator, which changes nothing. */
  refusal(message: AnswerMessage): string | undefined {
    const before = this.decisions.get(message.decisionId);
    if (!before) return this.refusalOfNew(message);
    return before.questionId === message.questionId ? undefined : 'This decision was made about another question.';
  }

  private refusalOfNew(message: AnswerMessage): string | undefined {
    const { questionId: id, answer } = message;
    if (workflowOfQuestion(id) !== this.workflowId) return 'This question belongs to another run.';
    const entry = this.entries.get(id);
    if (!entry) return refuseSize(answer) ?? this.refusalOfEarly(message);
    const { question, provider } = entry;
    const reason = refusalOfGiven(question, message);
    if (reason !== undefined) return reason;
    const plain = plainAnswer(provider.form, answer);
    return refuseSize(plain) ?? refuseAnswer(provider.form, plain) ?? this.checks.get(id)?.(plain);
  }

  private refusalOfEarly(message: AnswerMessage): string | undefined {
    const early = this.early.get(message.questionId);
    if (early) return `The question is not asked yet, and ${early.by} has answered it already.`;
    return fitsBeside(this.early.values(), message) ? undefined : tooManyEarly;
  }

  /** Takes an answer, or says why not; the same decision again gets the same verdict. One that comes early is kept. */
  take(message: AnswerMessage, now: string): AnswerVerdict {
    const { questionId: id, decisionId } = message;
    const before = this.decisions.get(decisionId);
    if (before?.questionId === id) return before.verdict;
    const reason = before && this.refusal(message);
    if (reason !== undefined) return { accepted: false, reason };
    const verdict = this.decide(message, now);
    this.decisions.set(decisionId, { questionId: id, verdict });
    return verdict;
  }

  /** The next answer that is to be given to whoever asks; that of one question where it is named. */
  nextTaken(id?: string): TakenAnswer | undefined {
    const index = this.outbox.findIndex((taken) => id === undefined || taken.id === id);
    return index < 0 ? undefined : this.outbox.splice(index, 1)[0];
  }

  hasTaken(id?: string): boolean {
    return this.outbox.some((taken) => id === undefined || taken.id === id);
  }

  /** Notes what became of an answer; `open`: it was refused, so that another may be given. */
  settle(id: string, state: AnswerFate | 'open'): void {
    const entry = this.entries.get(id);
    if (!entry) return;
    const { question } = entry;
    delete entry.claim;
    entry.maybeAnswered ||= state === 'unknown';
    // What was answered by default stays so, unless it is not known to have arrived.
    if (question.state === 'expired' && state !== 'unknown') return;
    if (state === 'gone' || state === 'unknown') closeEntry(entry);
    else question.state = state;
    if (state !== 'open') return;
    const { by, channel, answeredAt } = question;
    const reply = by !== undefined && channel !== undefined && answeredAt !== undefined;
    if (reply) question.refused = [...(question.refused ?? []), { by, channel, answeredAt }].slice(-mostRefused);
    forgetReply(question);
  }

  /** Closes the questions that nobody waits with any more, but for one. */
  closeOpen(except?: string): void {
    for (const entry of this.entries.values()) {
      if (entry.provider.providerId === except) continue;
      if (['open', 'unknown'].includes(entry.question.state)) closeEntry(entry);
    }
  }

  /** Closes all, since whoever asked has ended; of what was about to be sent nobody knows whether it arrived. */
  closeAll(): void {
    for (const [id, { question }] of this.entries) {
      if (question.state === 'claimed') this.unsettled(id);
      if (question.state === 'answered') this.settle(id, this.hasTaken(id) ? 'gone' : 'unknown');
    }
    this.closeOpen();
  }

  /** Closes one question, whose asker has gone on. */
  close(id: string): void {
    const question = this.get(id);
    if (question?.state === 'open' || question?.state === 'answered') question.state = 'gone';
    while (this.nextTaken(id));
  }

  /** What time brings next about each question that nobody has answered, the earliest first. */
  moments(): Moment[] {
    const moments = [...this.entries.entries()].flatMap(([id, { question, claim, climbed }]): Moment[] => {
      if (question.state === 'claimed' && claim) return [{ id, kind: 'unsettled', at: claim.until }];
      const step = awaitsPerson(question) ? nextStep({ ...question, climbed }) : undefined;
      return step ? [{ id, ...step }] : [];
    });
    return moments.toSorted((a, b) => a.at - b.at);
  }

  /** Climbs a rung of a question's ladder: those it names may answer from now on. Which it is, from 1. */
  climb(id: string, rung: Rung): number {
    const entry = this.entries.get(id);
    if (!entry) return 0;
    entry.climbed += 1;
    entry.question.assignees = climb(entry.question.assignees, rung);
    return entry.climbed;
  }

  /** Applies the default of a question whose deadline has passed: this answer, or none. */
  expire(id: string, now: string, answer?: Json): void {
    const entry = this.entries.get(id);
    if (!entry || !awaitsPerson(entry.question)) return;
    delete entry.claim;
    const by = { by: 'perdure', channel: 'deadline', answeredAt: now };
    Object.assign(entry.question, { state: 'expired', ...by, ...(answer !== undefined && { answer }) });
    if (answer !== undefined) this.outbox.push({ question: entry.provider, id, answer });
  }

  /** Why a claim would be refused, or undefined. */
  refusalOfClaim({ questionId: id, decisionId }: ClaimMessage): string | undefined {
    if (workflowOfQuestion(id) !== this.workflowId) return 'This question belongs to another run.';
    const entry = this.entries.get(id);
    if (!entry) return 'This question is not asked yet.';
    const { question, claim } = entry;
    if (question.state === 'claimed') {
      return claim?.decisionId === decisionId
        ? undefined
        : `${question.by ?? 'Someone'} is answering this question now.`;
    }
    return refusalOfState(question) ?? (question.kind === 'agent' ? undefined : storedOnly);
  }

  /**
   * Claims a question for somebody who gives its answer to the provider, only where {@link refusalOfClaim} allows; until
   * when it has to be settled, which is earlier where it was claimed so before.
   */
  claim({ questionId: id, by, channel, decisionId }: ClaimMessage, now: string, until: number): number {
    const entry = this.entries.get(id);
    const { claim, question } = entry ?? {};
    if (!entry || (claim?.decisionId === decisionId && question?.state === 'claimed')) return claim?.until ?? until;
    entry.claim = { decisionId, until };
    Object.assign(entry.question, { state: 'claimed', by, channel, answeredAt: now });
    return until;
  }

  /** Nobody has settled the claim of a question in time: whether its answer was sent is not known. */
  unsettled(id: string): void {
    const entry = this.entries.get(id);
    if (entry?.question.state === 'claimed') this.doubt(entry);
  }

  /** Why a claim can't be settled so, or undefined. */
  refusalOfSettle({ questionId: id, decisionId, state }: SettleMessage): string | undefined {
    const entry = this.entries.get(id);
    if (!entry) return 'There is no such question.';
    const { question, claim } = entry;
    if (claim?.decisionId === decisionId) return undefined;
    return question.state === state ? undefined : 'This claim is over: the question was settled or claimed by another.';
  }

  /** Settles a claim, also one whose time is over; only where {@link refusalOfSettle} allows. */
  settleClaim({ questionId: id, decisionId, state }: SettleMessage): void {
    const entry = this.entries.get(id);
    if (entry?.claim?.decisionId !== decisionId) return;
    // Kept where nothing is known, so that its sender may still tell.
    if (state === 'unknown') this.doubt(entry);
    else this.settle(id, state);
  }

  /** Nobody knows whether the answer of a claim was sent; the question may still wait for one. */
  private doubt(entry: Entry): void {
    entry.maybeAnswered = true;
    entry.question.state = 'unknown';
  }

  private decide(message: AnswerMessage, now: string): AnswerVerdict {
    const reason = this.refusalOfNew(message);
    if (reason !== undefined) return { accepted: false, reason };
    const entry = this.entries.get(message.questionId);
    if (!entry) {
      this.early.set(message.questionId, message);
      return { accepted: true, pending: true };
    }
    const { by, channel } = message;
    const answer = plainAnswer(entry.provider.form, message.answer);
    delete entry.claim;
    Object.assign(entry.question, { state: 'answered', by, channel, answeredAt: now, answer });
    this.outbox.push({ question: entry.provider, id: message.questionId, answer });
    return { accepted: true };
  }
}
