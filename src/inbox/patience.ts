import { PerdureError } from '../core/errors.js';
import type { InboxOptions, Pace } from './options.js';

/** Waits for what Temporal answers, but not for ever. */
export type Ask = <T>(work: () => Promise<T>) => Promise<T>;

/** A bound on every call; the caller's own bound, where there is one, ends the call itself. */
export function patience({ bounded }: Pick<InboxOptions, 'bounded'>, { temporal }: Pick<Pace, 'temporal'>): Ask {
  return (work) => within(temporal + 1_000, bounded ? bounded(temporal, work) : work(), silent);
}

/** The value, or the error where it does not come in time. */
async function within<T>(ms: number, work: Promise<T>, late: () => PerdureError): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const bound = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(late()), ms);
  });
  try {
    return await Promise.race([work, bound]);
  } finally {
    clearTimeout(timer);
  }
}

function silent(): PerdureError {
  return new PerdureError({
    code: 'temporal-unreachable',
    message: 'Temporal, or the worker that it asked, did not answer in time.',
    hint: 'Check that the server and a worker run; what was started goes on when they are back.',
    status: 504,
  });
}
