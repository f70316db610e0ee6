import { isPerdureError } from '../src/core/errors.js';
import type { Call, EndpointDriver } from '../src/providers/provider.js';
import { type Patience, patiently, until } from './retry.js';

/** Ends one session and looks until it has ended; says whether it is seen to have. */
export async function endSession(driver: EndpointDriver, id: string, patience: Patience, call: Call): Promise<boolean> {
  try {
    await patiently(patience, () => driver.release(id, call));
    const state = await until(
      patience,
      () => driver.session(id, call),
      (session) => session?.live !== true,
    );
    return state?.live !== true;
  } catch (error) {
    if (!isPerdureError(error)) throw error;
    return false;
  }
}
