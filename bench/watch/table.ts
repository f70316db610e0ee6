import { type Figures, ratioOf } from './figures.js';
import type { RoundResult } from './play-round.js';

/** One column: a side, or how two compare. */
export interface Column {
  label: string;
  figures: Figures;
  /** CPU of server and worker together. */
  cpu: number | null;
}

const width = 20;

/** The figures as a table for people. */
export function tableOf(columns: readonly Column[]): string {
  const [first] = columns;
  if (!first) return '';
  const names = Object.keys(first.figures) as (keyof Figures)[];
  const head = ['', ...columns.map(({ label }) => label)];
  const rows = names.map((name) => [name, ...columns.map(({ figures }) => cell(figures[name]))]);
  const both = ['serverAndWorkerCpuMsPerRun', ...columns.map(({ cpu }) => cell(cpu))];
  return [head, ...rows, both].map(line).join('\n');
}

/** What the histories of one side have in them, beyond means. */
export function spreadOf(label: string, results: readonly RoundResult[]): string {
  const traces = results.flatMap((result) => result.traces);
  const events = traces.map((trace) => trace.events);
  const open = Math.max(...results.map(({ round }) => round.runs.length));
  return `${label}: ${Math.min(...events)} to ${Math.max(...events)} events a run, up to ${open} open at once`;
}

/** The column of one side. */
export function columnOf(label: string, figures: Figures): Column {
  const { serverCpuMsPerRun: server, workerCpuMsPerRun: worker } = figures;
  return { label, figures, cpu: server === null || worker === null ? null : server + worker };
}

/** The column that says what part one side is of another. */
export function ratioColumn(one: Column, other: Column): Column {
  const cpu = one.cpu === null || !other.cpu ? null : one.cpu / other.cpu;
  return { label: `${one.label} / ${other.label}`, figures: ratioOf(one.figures, other.figures), cpu };
}

function line([name = '', ...cells]: readonly string[]): string {
  return name.padEnd(28) + cells.map((text) => text.padStart(width)).join('');
}

function cell(value: number | null): string {
  return value === null ? '–' : String(Number(value.toPrecision(4)));
}
