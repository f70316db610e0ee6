/** Who waits for the runs of a round: the plain loop, Perdure's watcher, or the watcher at the cadence that is its default. */
export type SideName = 'baseline' | 'perdure' | 'adaptive';

/** What a side is called for people. */
export const sideLabels: Readonly<Record<SideName, string>> = {
  baseline: 'loop',
  perdure: 'watcher',
  adaptive: 'watcher, adaptive',
};
