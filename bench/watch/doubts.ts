import type { WatchOptions } from '../options.js';
import { mean } from '../quantile.js';
import type { RoundResult } from './play-round.js';
import type { Trace } from './trace.js';

const fewestEvents = 10;
const mostEvents = 12;
const leastLooks = 0.9;

/** What takes the worth from the figures, in words; empty when nothing does. */
export function doubts(results: readonly RoundResult[], options: WatchOptions): string[] {
  const of = (side: string) => results.filter(({ round }) => round.side === side).flatMap(({ traces }) => traces);
  const all = results.flatMap(({ traces }) => traces);
  return [...wrongRuns(all), ...oddLoop(of('baseline')), ...rareLooks(of('perdure'), options)];
}

/** Which runs did not complete, or were not told that they had ended, in words. */
export function wrongRuns(traces: readonly Trace[]): string[] {
  const failed = traces.filter(({ status }) => status !== 'completed');
  const untold = traces.filter(({ status, toldAt }) => status === 'completed' && toldAt === undefined);
  return [
    ...failed.slice(0, 1).map(({ key, status }) => `${failed.length} runs did not complete, such as ${key}: ${status}`),
    ...untold.slice(0, 1).map(({ key }) => `${untold.length} runs were told of no end, such as ${key}`),
  ];
}

function oddLoop(traces: readonly Trace[]): string[] {
  if (traces.length === 0) return [];
  const cost = mean(traces.map(({ eventsPerPoll }) => eventsPerPoll).filter((events) => events !== undefined));
  if (cost === null) return ['no run of the loop was polled twice: give longer runs, or a shorter cadence'];
  if (cost >= fewestEvents && cost <= mostEvents) return [];
  return [
    `a poll of the loop costs ${cost.toFixed(1)} events, not ${fewestEvents} to ${mostEvents}: it is no plain loop`,
  ];
}

function rareLooks(traces: readonly Trace[], { cadence }: WatchOptions): string[] {
  const looks = mean(traces.map(({ polls }) => polls));
  const due = mean(traces.map(({ seconds }) => seconds / cadence));
  if (looks === null || due === null || looks >= leastLooks * due) return [];
  return [`the watcher looked ${looks.toFixed(1)} times at a run, where its cadence calls for ${due.toFixed(1)}`];
}
