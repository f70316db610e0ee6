import { Context } from '@temporalio/activity';
import { isPerdureError } from '../src/core/errors.js';
import { isTerminal } from '../src/core/reading.js';
import type { Timings } from '../src/core/timings.js';
import type { EndpointDriver, Found } from '../src/providers/provider.js';
import { type Patience, patiently, until } from './retry.js';

/** A run that showed late. */
export interface LateRun {
  mark: string;
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
  const handle = { generation: 0, mark, runId: id, ownsSession: false };
  const call = { timeoutMs: timings.request, signal: Context.current().cancellationSignal };
  const patience: Patience = { backoff: timings.backoff, until: Date.now() + timings.release / 2 };
  if (!live) return { mark, runId: id, ended: true };
  try {
    await patiently(patience, () => driver.stop(handle, call));
    const ending = await until(
      patience,
      () => driver.read(handle, call),
      ({ reading }) => isTerminal(reading.state),
    );
    return { mark, runId: id, ended: isTerminal(ending.reading.state) };
  } catch (error) {
    if (!isPerdureError(error)) throw error;
    return { mark, runId: id, ended: false };
  }
}
