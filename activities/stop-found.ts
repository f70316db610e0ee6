import { Context } from '@temporalio/activity';
import { isPerdureError } from '../src/core/errors.js';
import { generationOf } from '../src/core/mark.js';
import { isTerminal } from '../src/core/reading.js';
import type { Timings } from '../src/core/timings.js';
import type { EndpointDriver, Found } from '../src/providers/provider.js';
import { type Patience, patiently, until } from './retry.js';
import { Stopping } from './stopping.js';

/** A run that showed late. */
export interface LateRun {
  mark: string;
  /** Which start of the run at hand it is. */
  generation: number;
  runId: string;
  /** Whether it is seen to have ended. */
  ended: boolean;
}

/** How patiently a run is stopped. */
type StopTimings = Pick<Timings, 'request' | 'backoff' | 'release'>;

/** Stops one run that was found by its mark, and looks until it has ended. */
export async function stopFound(
  driver: EndpointDriver,
  { id, mark, live }: Found,
  timings: StopTimings,
): Promise<LateRun> {
  const generation = generationOf(mark);
  const handle = { generation, mark, runId: id, ownsSession: false };
  const call = { timeoutMs: timings.request, signal: Context.current().cancellationSignal };
  const patience: Patience = { backoff: timings.backoff, until: Date.now() + timings.release / 2 };
  if (!live) return { mark, generation, runId: id, ended: true };
  try {
    const stopping = new Stopping(driver, handle, { call, backoff: timings.backoff });
    await patiently(patience, () => stopping.ask());
    const ending = await until(
      patience,
      () => stopping.look(),
      // A single look that does not find the run proves nothing.
      ({ reading }) => isTerminal(reading.state) && reading.state !== 'gone',
    );
    return { mark, generation, runId: id, ended: isTerminal(ending.reading.state) };
  } catch (error) {
    if (!isPerdureError(error)) throw error;
    return { mark, generation, runId: id, ended: false };
  }
}
