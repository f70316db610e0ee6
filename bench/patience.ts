import { setTimeout as sleep } from 'node:timers/promises';
import { BenchError } from './bench-error.js';

/** Until when something is waited for, and what that is. */
export interface Patience {
  /** Epoch milliseconds. */
  until: number;
  what: string;
  /** Milliseconds between two looks. */
  every: number;
}

/** Waits until something holds; throws once the patience is over. */
export async function waitUntil(
  holds: () => boolean | Promise<boolean>,
  { until, what, every }: Patience,
): Promise<void> {
  while (!(await holds())) {
    if (Date.now() > until) throw new BenchError(`Waited too long: ${what}.`);
    await sleep(every);
  }
}
