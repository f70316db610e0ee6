import { Context } from '@temporalio/activity';

/**
 * Heartbeats at a third of the time-out while `work` goes on, so that a dead worker is noticed and a cancel heard; each
 * carries what `details` gives, which the next attempt can read.
 */
export async function withHeartbeats<T>(
  timeoutMs: number,
  work: () => Promise<T>,
  details: () => unknown = () => undefined,
): Promise<T> {
  const context = Context.current();
  const beat = () => context.heartbeat(details());
  beat();
  const timer = setInterval(beat, Math.max(1, Math.floor(timeoutMs / 3)));
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
