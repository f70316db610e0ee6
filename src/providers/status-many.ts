import { isPerdureError, type PerdureError } from '../core/errors.js';
import { inTurns } from '../core/in-turns.js';

/** Requests that go on at once when many runs are looked at. */
const atOnce = 16;

/** Looks at each, some at once; what fails is given in its place, so that one bad run holds up no other. */
export function lookAtEach<T, R>(items: readonly T[], look: (item: T) => Promise<R>): Promise<(R | PerdureError)[]> {
  return inTurns(items, atOnce, (item) =>
    look(item).catch((error: unknown) => {
      if (isPerdureError(error)) return error;
      throw error;
    }),
  );
}
