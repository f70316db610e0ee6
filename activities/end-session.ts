import { isPerdureError } from '../src/core/errors.js';
import type { Timings } from '../src/core/timings.js';
import type { Call, EndpointDriver } from '../src/providers/provider.js';
import { type Patience, patiently, until } from './retry.js';

/** How patiently a session is ended. */
export interface EndManner {
  patience: Patience;
  /** How long a session that the provider knows nothing of has to stay unknown until it counts as ended. */
  grace: Timings['notFoundGrace'];
}

/** Ends one session and looks until it has ended; says whether it is seen to have. */
export async function endSession(
  driver: EndpointDriver,
  id: string,
  { patience, grace }: EndManner,
  call: Call,
): Promise<boolean> {
  let unknownSince: number | undefined;
  try {
    return await until(
      patience,
      async () => {
        // Asked again while it lives: a provider that does not know it for a moment has ended nothing.
        const known = await patiently(patience, () => driver.release(id, call));
        const session = await driver.session(id, call);
        if (session) return !session.live;
        if (known) return true;
        unknownSince ??= Date.now();
        return Date.now() - unknownSince >= grace;
      },
      (ended) => ended,
    );
  } catch (error) {
    if (!isPerdureError(error)) throw error;
    return false;
  }
}
