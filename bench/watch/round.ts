import type { WatchOptions } from '../options.js';
import { type PlannedRun, spreadRuns } from '../task.js';
import type { SideName } from './side.js';

/** Runs of one side that are open at the same time; nothing else goes on meanwhile. */
export interface Round {
  side: SideName;
  /** What the keys of its runs begin with. */
  prefix: string;
  /** What it is called for people. */
  label: string;
  runs: readonly PlannedRun[];
}

/** The rounds in the order in which they are played: the sides in turn, so that what changes meanwhile meets both. */
export function planRounds(options: WatchOptions, id: string): Round[] {
  const { runs, open = options.only ? runs : Math.ceil(runs / 2) } = options;
  const size = Math.min(open, runs);
  const count = Math.ceil(runs / size);
  const sides = sidesOf(options);
  return Array.from({ length: count }, (_, index) => {
    const order = index % 2 === 0 ? sides : sides.toReversed();
    const length = Math.min(size, runs - index * size);
    return order.map((side): Round => {
      const prefix = `bench/${id}/${side}/${index}`;
      const label = `${side}, round ${index + 1} of ${count}`;
      return { side, prefix, label, runs: runsOf(prefix, length, options) };
    });
  }).flat();
}

/** The sides that take part. */
export function sidesOf({ only, adaptive }: WatchOptions): SideName[] {
  return [...(only ? [only] : (['baseline', 'perdure'] as const)), ...(adaptive ? (['adaptive'] as const) : [])];
}

/**
 * Both sides get the same lengths in the same order, spread evenly, each up to a cadence longer than it was asked for:
 * ends that fall on the loop's own beat would make it look prompter than it is.
 */
function runsOf(prefix: string, length: number, { seconds: { from, to }, cadence }: WatchOptions): PlannedRun[] {
  return spreadRuns(prefix, length, { from, to: to + cadence });
}
