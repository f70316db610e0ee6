import { isPerdureError } from '../src/core/errors.js';
import type { Call, EndpointDriver } from '../src/providers/provider.js';
import { type Patience, patiently, until } from './retry.js';

/** Ends one session and looks until it has ended; says whether it is seen to have. */
export async function endSession(driver: EndpointDriver, id: string, patience: Patience, call: Call): Promise<boolean> {
  try {
    const state = await until(
      patience,
      async () => {
        // Asked again while it lives: a provider that does not know it for a moment has ended nothing.
        await patiently(patience, () => driver.release(id, call));
        return driver.session(id, call);
      },
      (session) => session?.live !== true,
    );
    return state?.live !== true;
  } catch (error) {
    if (!isPerdureError(error)) throw error;
    return false;
  }
}
