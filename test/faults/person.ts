import { randomUUID } from 'node:crypto';
import type { RunHandle } from '../../src/client/run-handle.js';
import type { Json } from '../../src/core/json.js';
import { type AnswerVerdict, awaitsPerson, type Question } from '../../src/core/question.js';
import type { DirectAnswer } from './direct-answer.js';
import type { AnswerEvidence } from './evidence.js';
import type { AnswerManner, PlannedRun } from './program.js';

interface Notes {
  /** The provider's time. */
  now: () => number;
  answers: AnswerEvidence[];
  done: string[];
  direct: DirectAnswer;
}

/** Answers the questions of one run, in the manner that the program asks for. */
export class Person {
  #given = 0;
  /** Questions that were answered before. */
  readonly #before = new Map<string, Question>();
  /** What each question is answered directly, the same each time. */
  readonly #direct = new Map<string, Json>();

  constructor(
    private readonly run: RunHandle,
    private readonly plan: PlannedRun,
    private readonly notes: Notes,
  ) {}

  /** Answers every question that is open now. */
  async answer(): Promise<void> {
    const open = (await this.run.questions()).filter((question) => awaitsPerson(question));
    for (const question of open) await (isDecision(question) ? this.#decide(question) : this.#reply(question));
  }

  async #decide(question: Question): Promise<void> {
    const act = this.plan.acts.find(({ kind }) => kind === 'decide');
    if (act?.kind !== 'decide') return;
    const decision = act.how === 'again' ? 'start again' : 'give up';
    const verdict = await this.#give(question, { decision });
    if (verdict.accepted) this.notes.done.push(`decide ${act.how}`);
  }

  async #reply(question: Question): Promise<void> {
    const act = this.plan.acts.find(({ kind }) => kind === 'answer');
    if (act?.kind !== 'answer') return;
    this.notes.done.push(`answer ${act.how}`);
    await this.#inManner(act.how, question);
  }

  async #inManner(how: AnswerManner, question: Question): Promise<void> {
    switch (how) {
      case 'plain':
        await this.#give(question, this.#value(question));
        return;
      case 'same-decision-twice': {
        const [value, decisionId] = [this.#value(question), randomUUID()];
        await Promise.all([1, 2].map(() => this.#give(question, value, decisionId)));
        await this.#give(question, value, decisionId);
        return;
      }
      case 'rivals':
        await Promise.all([1, 2].map(() => this.#give(question, this.#value(question))));
        return;
      case 'wrong-question-first':
        await this.#give({ ...question, id: `${this.run.workflowId}~nobody-asked` }, 'for nobody');
        await this.#give(question, this.#value(question));
        return;
      case 'off-schema-first':
        await this.#give(question, question.form.kind === 'text' ? 7 : 'maybe');
        await this.#give(question, this.#value(question));
        return;
      case 'late-again':
        for (const earlier of this.#before.values()) await this.#give(earlier, this.#value(earlier));
        await this.#give(question, this.#value(question));
        this.#before.set(question.id, question);
        return;
      case 'claim-abandoned':
        if (!this.#direct.has(question.id)) {
          this.#direct.set(question.id, this.#value(question));
          await this.run.claim(question.id, { by: 'eve', channel: 'faults' });
          return;
        }
        return this.#giveDirectly(question);
      case 'claimed':
        return this.#giveDirectly(question);
    }
  }

  /** Past Temporal: the question is claimed, its answer given to the provider, and the claim settled. */
  async #giveDirectly(question: Question): Promise<void> {
    const value = this.#direct.get(question.id) ?? this.#value(question);
    this.#direct.set(question.id, value);
    const decisionId = randomUUID();
    const verdict = await this.run.claim(question.id, { by: 'ann', channel: 'faults', decisionId });
    if (!verdict.accepted) return;
    const state = await this.notes.direct.give(verdict.grant, value);
    const questionId = question.id.slice(question.id.lastIndexOf('~') + 1);
    const accepted = state === 'applied' || state === 'unknown';
    this.notes.answers.push({ questionId, value, accepted, at: this.notes.now() });
    await this.run.settle(question.id, { decisionId, state });
  }

  /** Unlike any other answer, as far as the form lets it be. */
  #value({ form }: Question): Json {
    this.#given += 1;
    const text = `answer ${this.#given} of ${this.plan.name}`;
    if (form.kind === 'confirm') return this.#given % 2 === 1;
    return form.kind === 'text' ? text : Object.fromEntries(form.fields.map(({ name }) => [name, text]));
  }

  async #give({ id }: Question, value: Json, decisionId: string = randomUUID()): Promise<AnswerVerdict> {
    const verdict = await this.run.answer(id, value, { by: 'ann', channel: 'faults', decisionId });
    const questionId = id.slice(id.lastIndexOf('~') + 1);
    this.notes.answers.push({ questionId, value, accepted: verdict.accepted, at: this.notes.now() });
    return verdict;
  }
}

/** Whether it is Perdure's own question after a start that was lost. */
function isDecision({ form }: Question): boolean {
  return (
    form.kind === 'fields' && form.fields.some(({ name, options }) => name === 'decision' && options !== undefined)
  );
}
