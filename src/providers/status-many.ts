import { isPerdureError, type PerdureError } from '../core/errors.js';
import { inTurns } from '../core/in-turns.js';
import type { Reading } from '../core/reading.js';

/** Requests that go on at once when many runs are looked at. */
const atOnce = 16;

/** What a look at one of many runs gave: how it stands, why that could not be read, or nothing for want of budget. */
export type Look = Reading | PerdureError | undefined;

/** Looks at each, some at once; what fails is given in its place, so that one bad run holds up no other. */
export function lookAtEach<T, R>(items: readonly T[], look: (item: T) => Promise<R>): Promise<(R | PerdureError)[]> {
  return inTurns(items, atOnce, (item) =>
    look(item).catch((error: unknown) => {
      if (isPerdureError(error)) return error;
      throw error;
    }),
  );
}
