import { Context } from '@temporalio/activity';
import { isPerdureError, type PerdureError } from '../src/core/errors.js';
import { backoffAt, type Timings } from '../src/core/timings.js';

/** How long a repeated call may go on. */
export interface Patience {
  backoff: Timings['backoff'];
  /** Epoch milliseconds after which the last error is thrown. */
  until: number;
}

/** How long to wait after try `attempt` (from 1): as long as the provider asks for, at least a growing pause with jitter. */
export function pauseAfter(
  { retryAfterMs = 0 }: Pick<PerdureError, 'retryAfterMs'>,
  backoff: Timings['backoff'],
  attempt: number,
): number {
  return Math.max(retryAfterMs, backoffAt(backoff, attempt, Math.random()));
}

/** Repeats a call that may safely be repeated while its errors are retryable and time is left. */
export async function patiently<T>({ backoff, until }: Patience, call: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await call();
    } catch (error) {
      if (!isPerdureError(error) || !error.retryable) throw error;
      const left = until - Date.now();
      // What asks for more time than there is gets half of it: the last word should not be the first.
      const pause = Math.min(pauseAfter(error, backoff, attempt), Math.max(left / 2, backoff.first));
      if (pause > left) throw error;
      await Context.current().sleep(pause);
    }
  }
}

/** Calls until the answer satisfies, pausing in between; the last answer when time runs out. */
export async function until<T>(
  { backoff, until: end }: Patience,
  call: () => Promise<T>,
  satisfies: (value: T) => boolean,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    const value = await patiently({ backoff, until: end }, call);
    const pause = backoffAt(backoff, attempt, Math.random());
    if (satisfies(value) || Date.now() + pause > end) return value;
    await Context.current().sleep(pause);
  }
}
