import { formatDuration } from '../core/duration.js';
import type { AnswerForm, Question } from '../core/question.js';
import { costText, type Prices } from '../core/prices.js';
import type { Attempt, Outcome, RunReport, RunStatus } from '../core/run.js';
import { harmless, type Look, oneLine, type Output } from './output.js';
import { layOut, pretty } from './table.js';

const looks: Record<RunStatus, Look | Look[]> = {
  queued: 'dim',
  starting: 'dim',
  running: 'cyan',
  'waiting-for-person': ['bold', 'yellow'],
  completed: 'green',
  failed: 'red',
  cancelled: 'yellow',
  'timed-out': 'red',
  unknown: 'magenta',
};

/** How a status looks. */
export function lookOf(status: RunStatus): Look | Look[] {
  return looks[status];
}

/** How long ago a time was, or how long after it another came. */
export function since(from: string, until?: string): string {
  const end = until === undefined ? Date.now() : Date.parse(until);
  return formatDuration(Math.max(0, end - Date.parse(from)));
}

/** What a run that goes on is doing, in one line. */
export function reportLine({ status, providerStatus, runId, sessionId, startedAt }: RunReport): string {
  const parts = [
    status,
    providerStatus,
    since(startedAt),
    runId && `run ${runId}`,
    sessionId && `session ${sessionId}`,
  ];
  return oneLine(parts.filter(Boolean).join(' · '));
}

/** How a run ended, in one line. */
export function outcomeLine(outcome: Outcome, paint: Output['paint']): string {
  const { key, endpoint, status, startedAt, endedAt } = outcome;
  return `${paint(lookOf(status), status)}  ${key}  ${endpoint}  in ${since(startedAt, endedAt)}`;
}

/** What is known of a run. */
export interface Known {
  report: RunReport;
  outcome?: Outcome;
  prices: Prices;
  /** Its page at Temporal. */
  temporal?: string;
}

/** Everything about a run that a person wants to know, as lines. */
export function describeRun(output: Output, { report, outcome, prices, temporal }: Known): string[] {
  const { status } = outcome ?? report;
  const {
    runId,
    sessionId,
    status: providerStatus,
  } = outcome?.provider ?? { ...report, status: report.providerStatus };
  const rows: [string, string | undefined][] = [
    ['key', report.key],
    ['endpoint', report.endpoint],
    ['account', report.account],
    ['provider says', providerStatus],
    ['provider run', runId],
    ['session', sessionId],
    ['started', `${report.startedAt} (${since(report.startedAt, outcome?.endedAt)}${outcome ? '' : ' ago'})`],
    ['ended', outcome?.endedAt],
    ...(outcome ? outcomeRows(outcome) : attemptRows(report.attempts)),
    ['cost', outcome && costText({ endpoint: report.endpoint, usage: outcome.usage, outcome }, prices)],
    ['in Temporal', temporal],
  ];
  const shown = rows.flatMap(([name, value]) => (value ? [[name, value]] : []));
  const state = { text: status, paint: (text: string) => output.paint(lookOf(status), text) };
  const lines = layOut([['status', state], ...shown]);
  if (outcome?.result !== undefined) lines.push('result', pretty(outcome.result));
  if (outcome?.raw !== undefined) lines.push('raw answer', pretty(outcome.raw));
  return lines;
}

function outcomeRows({ error, fence, attempts, questions, cleanup, usage }: Outcome): [string, string | undefined][] {
  return [
    ['error', error && `${error.code}: ${error.message}`],
    ['hint', error?.hint],
    ['fence', fence],
    ...attemptRows(attempts),
    ...questions.map((question): [string, string] => ['question', `${question.message} (${fateOf(question)})`]),
    ['cleaned up', cleanup.confirmed ? 'confirmed' : `not confirmed; may be left: ${cleanup.left.join(', ')}`],
    [
      'used',
      Object.entries(usage)
        .map(([name, amount]) => `${amount} ${name}`)
        .join(', '),
    ],
  ];
}

function attemptRows(attempts: readonly Attempt[] = []): [string, string][] {
  return attempts.map(({ generation, outcome, error, notes }) => {
    const told = [error?.message, ...notes].filter(Boolean).join(' ');
    return [`attempt ${generation}`, `${outcome}${told ? `: ${told}` : ''}`];
  });
}

function fateOf({ state, by, answer }: Question): string {
  const given = answer === undefined ? '' : `: ${typeof answer === 'string' ? answer : JSON.stringify(answer)}`;
  const answerer = by ? ` by ${by}${given}` : '';
  return state === 'unknown' ? `answered${answerer}; unknown whether the provider got it` : `${state}${answerer}`;
}

/** A question and how to answer it, as lines. */
export function describeQuestion({ id, key, title, message, form }: Question, paint: Output['paint']): string[] {
  return [
    `${paint(['bold', 'yellow'], title)} (${key}): ${oneLine(message)}`,
    ...(form.kind === 'fields'
      ? form.fields.map(({ name, label, type, required }) =>
          harmless(`  ${name}: ${label} (${type}${required ? ', required' : ''})`),
        )
      : []),
    `  npx perdure answer '${harmless(id)}' ${answerOption(form)}`,
  ];
}

function answerOption(form: AnswerForm): string {
  switch (form.kind) {
    case 'text':
      return "--text '…'";
    case 'confirm':
      return '--yes (or --no)';
    case 'fields':
      return form.fields.map(({ name }) => `--field '${oneLine(name)}=…'`).join(' ');
  }
}
