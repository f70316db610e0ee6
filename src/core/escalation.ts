import type { AnswerForm, QuestionTerms, Rung } from './question.js';
import type { QuestionPolicy } from './run.js';

/** Where a question stands on its ladder. */
export interface Ladder extends QuestionTerms {
  /** ISO 8601. */
  askedAt: string;
  /** How many of its rungs were climbed. */
  climbed: number;
}

/** What happens next when nobody answers; `at` in epoch milliseconds. */
export type LadderStep = { kind: 'rung'; at: number; rung: Rung } | { kind: 'deadline'; at: number };

/** The terms of a question that is asked now, whose asker goes on until `until` at the latest (epoch milliseconds). */
export function termsOf(policy: QuestionPolicy | undefined, now: number, until?: number): QuestionTerms {
  const { assignees = [], deadline, escalation = [] } = policy ?? {};
  const ends = [...(deadline === undefined ? [] : [now + deadline]), ...(until === undefined ? [] : [until])];
  return {
    assignees: [...assignees],
    ...(ends.length > 0 && { deadline: new Date(Math.min(...ends)).toISOString() }),
    ...(escalation.length > 0 && { escalation: escalation.toSorted((a, b) => a.after - b.after) }),
  };
}

/** What happens next: the next rung, or the deadline where that comes first or at the same time. */
export function nextStep({ askedAt, deadline, escalation = [], climbed }: Ladder): LadderStep | undefined {
  const rung = escalation[climbed];
  const end = deadline === undefined ? Infinity : Date.parse(deadline);
  const at = rung ? Date.parse(askedAt) + rung.after : Infinity;
  if (rung && at < end) return { kind: 'rung', at, rung };
  return end === Infinity ? undefined : { kind: 'deadline', at: end };
}

/** Who may answer after a rung: those who could before, and the new ones. Where everybody could, everybody can. */
export function climb(assignees: readonly string[], { to }: Rung): string[] {
  return assignees.length === 0 ? [] : [...new Set([...assignees, ...to])];
}

/** Whether an answer is a secret, which may not be stored. */
export function isDirect(policy: QuestionPolicy | undefined, form: AnswerForm): boolean {
  return policy?.direct === true || (form.kind === 'fields' && form.fields.some(({ type }) => type === 'password'));
}

/** A policy whose durations are so many times as long; for tests. */
export function scalePolicy(policy: QuestionPolicy, factor: number): QuestionPolicy {
  const scale = (ms: number) => Math.max(1, Math.round(ms * factor));
  const { deadline, escalation } = policy;
  return {
    ...policy,
    ...(deadline !== undefined && { deadline: scale(deadline) }),
    ...(escalation && { escalation: escalation.map(({ after, to }) => ({ after: scale(after), to })) }),
  };
}
