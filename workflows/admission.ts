import type { RunState } from './run-state.js';

/** Leave to start a run at its provider. */
export interface Grant {
  /** Epoch milliseconds: unused by then, it has lapsed. */
  sendNotAfter: number;
}

/** Asks the run's account for leave to start. An account without limits admits every run at once. */
export async function admit({ input }: RunState): Promise<Grant> {
  return { sendNotAfter: Date.now() + input.timings.sendWindow };
}
