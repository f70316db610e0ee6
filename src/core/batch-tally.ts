import { type BatchReport, isFailure, type ItemEnd } from './batch.js';
import type { FinalStatus } from './run.js';

/** Counts of a batch, as they are carried over. */
export type Tallied = Pick<BatchReport, 'byStatus' | 'failures' | 'usage' | 'slowest' | 'failedOver'>;

const mostSlowest = 5;

/** Counts the ends of a batch, in a space that does not grow with them. */
export class BatchTally {
  readonly #counts: Tallied;

  constructor(
    counts: Tallied = { byStatus: {}, failures: {}, usage: { credits: 0, seconds: 0, steps: 0 }, slowest: [] },
  ) {
    this.#counts = counts;
  }

  get ended(): number {
    return Object.values(this.#counts.byStatus).reduce((sum, count) => sum + count, 0);
  }

  get failed(): number {
    return (Object.entries(this.#counts.byStatus) as [FinalStatus, number][])
      .filter(([status]) => isFailure(status))
      .reduce((sum, [, count]) => sum + count, 0);
  }

  add({ key, run, status, code, startedAt, endedAt, usage, failedOver = [] }: Omit<ItemEnd, 'n'>): void {
    const { byStatus, failures, usage: sums, slowest } = this.#counts;
    byStatus[status] = (byStatus[status] ?? 0) + 1;
    if (code !== undefined) failures[code] = (failures[code] ?? 0) + 1;
    for (const { credits = 0, seconds = 0, steps = 0 } of [usage, ...failedOver.map((each) => each.usage)].map(
      orNone,
    )) {
      sums.credits += credits;
      sums.seconds += seconds;
      sums.steps += steps;
    }
    if (failedOver.length > 0) this.#counts.failedOver = (this.#counts.failedOver ?? 0) + failedOver.length;
    slowest.push({ key, ms: Math.max(0, endedAt - startedAt), run });
    slowest.sort((a, b) => b.ms - a.ms);
    slowest.splice(mostSlowest);
  }

  /** Takes back an end that a later run of the same item replaces; what it cost stays. */
  replace(status: FinalStatus, code?: string): void {
    const { byStatus, failures } = this.#counts;
    byStatus[status] = (byStatus[status] ?? 1) - 1;
    if (code !== undefined) failures[code] = (failures[code] ?? 1) - 1;
  }

  /** The counts so far. */
  counts(): Tallied {
    const { byStatus, failures, usage, slowest, failedOver } = this.#counts;
    return {
      byStatus: known(byStatus),
      failures: known(failures),
      usage: { ...usage },
      slowest: [...slowest],
      ...(failedOver !== undefined && { failedOver }),
    };
  }
}

function orNone(usage: ItemEnd['usage']): NonNullable<ItemEnd['usage']> {
  return usage ?? {};
}

function known<T extends Record<string, number>>(counts: T): T {
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0)) as T;
}
