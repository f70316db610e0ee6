import { faultKinds } from '../../src/simulator/fault.js';
import { type Evidence, type Finding, type ZeroKey, zeroKeys } from './evidence.js';
import { judge } from './judge.js';

/** What the harness counts, as it prints it. */
export interface Totals extends Record<ZeroKey, number> {
  seeds: number;
  runs: number;
  starts: number;
  unknown: number;
  unknownAnswers: number;
  overlaps: number;
  /** Faults of the providers, of the worker and of people, each counted when it struck. */
  byFault: Record<string, number>;
}

export function newTotals(): Totals {
  const zeros = Object.fromEntries(zeroKeys.map((key) => [key, 0])) as Record<ZeroKey, number>;
  const byFault = Object.fromEntries(faultKinds.map((kind) => [kind, 0]));
  return { seeds: 0, runs: 0, starts: 0, unknown: 0, unknownAnswers: 0, overlaps: 0, ...zeros, byFault };
}

/** Judges a seed, adds it to the totals, and gives back what was found. */
export function addSeed(totals: Totals, evidence: Evidence): Finding[] {
  const { findings, unknown, unknownAnswers, overlaps, starts } = judge(evidence);
  totals.seeds += 1;
  totals.runs += evidence.runs.length;
  totals.starts += starts;
  totals.unknown += unknown;
  totals.unknownAnswers += unknownAnswers;
  totals.overlaps += overlaps;
  for (const { key } of findings) totals[key] += 1;
  for (const kind of struck(evidence)) totals.byFault[kind] = (totals.byFault[kind] ?? 0) + 1;
  return findings;
}

function struck({ ledger, runs, weather }: Evidence): string[] {
  const faults = ledger.entries.flatMap((entry) => (entry.kind === 'request' && entry.fault ? [entry.fault] : []));
  return [...faults, ...runs.flatMap(({ done }) => done), ...weather.done];
}

/** Whether nothing was found that must not be. */
export function isClean(totals: Totals): boolean {
  return zeroKeys.every((key) => totals[key] === 0);
}

/** How often each kind of fault has to strike where many seeds are played. */
export const fewestStrikes = 5;

/** The kinds of the providers' faults that struck more rarely. */
export function rareFaults({ byFault }: Totals): string[] {
  return faultKinds.filter((kind) => (byFault[kind] ?? 0) < fewestStrikes);
}
