import type { PlanItems, PlanOutcome, PlanReport, PlanStepReport, PlanStepStatus } from '../core/plan.js';
import { type Look, oneLine, type Output } from './output.js';
import { lookOf, since } from './run-text.js';
import { type Cell, layOut, pretty } from './table.js';

type Paint = Output['paint'];

function lookOfStep(status: PlanStepStatus): Look | Look[] {
  return status === 'pending' || status === 'skipped' ? 'dim' : lookOf(status);
}

/** How a plan that goes on stands, in one line. */
export function planLine({ status, steps, startedAt }: PlanReport): string {
  const done = steps.filter(({ endedAt }) => endedAt !== undefined).length;
  const now = steps.find((step) => step.startedAt !== undefined && step.endedAt === undefined);
  const parts = [
    status,
    `${done} of ${steps.length} steps`,
    now && `${now.name}${itemsText(now.items)}`,
    since(startedAt),
  ];
  return oneLine(parts.filter(Boolean).join(' · '));
}

/** A step that has changed, in one line. */
export function stepLine({ name, kind, status, items, run, error }: PlanStepReport): string {
  const parts = [`${name}: ${status}`, kind, itemsText(items).trim(), run && `run ${run}`, error?.message];
  return oneLine(parts.filter(Boolean).join(' · '));
}

/** How a plan ended, in one line. */
export function planOutcomeLine({ key, name, status, startedAt, endedAt }: PlanOutcome, paint: Paint): string {
  return `${paint(lookOf(status), status)}  ${key}${name === undefined ? '' : `  ${oneLine(name)}`}  in ${since(startedAt, endedAt)}`;
}

/** Everything about a plan that a person wants to know, as lines. */
export function describePlan(output: Output, report: PlanReport, outcome?: PlanOutcome): string[] {
  const { status, key, name, startedAt } = report;
  const { endedAt, error } = outcome ?? {};
  const rows: [string, Cell | undefined][] = [
    ['status', { text: status, paint: (text) => output.paint(lookOf(status), text) }],
    ['key', key],
    ['name', name],
    ['started', `${startedAt} (${since(startedAt, endedAt)}${outcome ? '' : ' ago'})`],
    ['ended', endedAt],
    [
      'error',
      error && `${error.code}${error.step === undefined ? '' : ` at the step '${error.step}'`}: ${error.message}`,
    ],
    ['hint', error?.hint],
  ];
  const lines = layOut(rows.flatMap(([title, cell]) => (cell === undefined ? [] : [[title, cell]])));
  if (report.steps.length > 0)
    lines.push('', ...layOut([stepHead(output), ...report.steps.map((step) => stepRow(output, step))]));
  for (const step of report.steps) lines.push(...failureLines(step));
  if (outcome?.output !== undefined) lines.push('output', pretty(outcome.output));
  return lines;
}

function stepHead(output: Output): Cell[] {
  return ['STEP', 'KIND', 'STATUS', 'TOOK', 'RUN OR QUESTION'].map((text) => ({
    text,
    paint: (shown) => output.paint('dim', shown),
  }));
}

function stepRow(
  output: Output,
  { name, kind, status, startedAt, endedAt, run, question, items }: PlanStepReport,
): Cell[] {
  const took = startedAt === undefined ? '' : since(startedAt, endedAt);
  const state = { text: status, paint: (text: string) => output.paint(lookOfStep(status), text) };
  return [name, kind, state, took, run ?? question ?? itemsText(items).trim()];
}

function failureLines({ name, items }: PlanStepReport): string[] {
  return (items?.failures ?? []).map(({ index, run, error }) =>
    oneLine(
      `  ${name}[${index}] failed: ${error ? `${error.code}: ${error.message}` : ''}${run === undefined ? '' : ` (run ${run})`}`,
    ),
  );
}

function itemsText(items: PlanItems | undefined): string {
  if (!items) return '';
  const { total, completed, failed } = items;
  return ` ${completed + failed} of ${total} items${failed > 0 ? `, ${failed} failed` : ''}`;
}
