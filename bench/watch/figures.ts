import { mean, quantile } from '../quantile.js';
import type { RoundCosts, RoundResult } from './play-round.js';

/** What one side cost; null where it can't be told. */
export interface Figures {
  runs: number;
  pollsPerRun: number | null;
  eventsPerRun: number | null;
  serverCpuMsPerRun: number | null;
  workerCpuMsPerRun: number | null;
  statusRequestsPerRun: number | null;
  bytesPerRun: number | null;
  lagP50Ms: number | null;
  lagP99Ms: number | null;
  peakRssMiB: number | null;
}

/** What the rounds of one side come to. */
export function figuresOf(results: readonly RoundResult[]): Figures {
  const traces = results.flatMap((result) => result.traces);
  const lags = results.flatMap((result) => result.lags);
  const perRun = (name: keyof RoundCosts) => {
    const costs = results.map((result) => result.costs[name]).filter((cost) => cost !== undefined);
    if (costs.length < results.length) return null;
    return costs.reduce((sum, cost) => sum + cost, 0) / traces.length;
  };
  const peaks = results.map((result) => result.peakMiB).filter((peak) => peak !== undefined);
  return roundAll({
    runs: traces.length,
    pollsPerRun: mean(traces.map(({ polls }) => polls)),
    eventsPerRun: mean(traces.map(({ events }) => events)),
    serverCpuMsPerRun: perRun('serverCpuMs'),
    workerCpuMsPerRun: perRun('workerCpuMs'),
    statusRequestsPerRun: perRun('statusRequests'),
    bytesPerRun: perRun('bytes'),
    lagP50Ms: quantile(lags, 0.5),
    lagP99Ms: quantile(lags, 0.99),
    peakRssMiB: quantile(peaks, 1),
  });
}

/** One side's figures as parts of the other's; null where either is not known. */
export function ratioOf(one: Figures, other: Figures): Figures {
  const part = (a: number | null, b: number | null) => (a === null || !b ? null : a / b);
  const names = Object.keys(one) as (keyof Figures)[];
  return roundAll(Object.fromEntries(names.map((name) => [name, part(one[name], other[name])])) as unknown as Figures);
}

function roundAll(figures: Figures): Figures {
  const rounded = Object.entries(figures).map(([name, value]: [string, number | null]) => [
    name,
    value === null ? null : Number(value.toFixed(3)),
  ]);
  return Object.fromEntries(rounded);
}
