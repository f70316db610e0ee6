import { type Attempt, isFinal, type Outcome, type RunReport, type RunStatus } from '../core/run.js';
import type { Question } from '../core/question.js';

/** A state that a run entered. */
export interface RunState {
  status: RunStatus;
  /** ISO 8601; absent of one whose beginning is not kept. */
  at?: string;
  /** What brought it about. */
  why: string;
}

/** What is known of a run's states. */
export interface Known {
  report: RunReport;
  outcome?: Outcome;
  attempts?: readonly Attempt[];
  questions?: readonly Question[];
}

/** The states of a run in their order, as its starts, its questions and its end tell them. */
export function statesOf({ report, outcome, attempts = [], questions = [] }: Known): RunState[] {
  const told = [
    ...attempts.map(({ generation, startedAt }) => entered('starting', startedAt, `start ${generation}`)),
    ...questions.flatMap(statesOfQuestion),
  ];
  const states = [
    entered('queued', report.startedAt, 'it was asked for'),
    ...told.toSorted((a, b) => a.at.localeCompare(b.at)),
  ];
  if (outcome)
    return [...states, entered(outcome.status, outcome.endedAt, outcome.error?.code ?? 'its result is there')];
  const { status, providerStatus } = report;
  if (isFinal(status) || states.at(-1)?.status === status) return states;
  return [...states, { status, why: providerStatus === undefined ? 'now' : `its provider says ${providerStatus}` }];
}

function statesOfQuestion({ title, askedAt, answeredAt, state, by }: Question) {
  const asked = entered('waiting-for-person', askedAt, title);
  if (answeredAt === undefined || !['applied', 'expired'].includes(state)) return [asked];
  return [
    asked,
    entered('running', answeredAt, state === 'expired' ? 'nobody answered in time' : `${by ?? 'somebody'} answered`),
  ];
}

function entered(status: RunStatus, at: string, why: string) {
  return { status, at, why };
}
