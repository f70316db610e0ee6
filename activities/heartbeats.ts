import { Context } from '@temporalio/activity';

/** Heartbeats at a third of the time-out while `work` goes on, so that a dead worker is noticed and a cancel heard. */
export async function withHeartbeats<T>(timeoutMs: number, work: () => Promise<T>): Promise<T> {
  const context = Context.current();
  context.heartbeat();
  const timer = setInterval(() => context.heartbeat(), Math.max(1, Math.floor(timeoutMs / 3)));
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
