import { setMaxListeners } from 'node:events';

/** How long one exchange may take, and who may call it off. */
export interface Limits {
  /** Milliseconds for the whole exchange; `Infinity` for one that only `signal` bounds. */
  timeoutMs: number;
  signal?: AbortSignal;
  /** Epoch milliseconds after which a request on a connection of its own is not sent any more. Default: none. */
  notAfter?: number;
}

/** A signal that fires when the time is up or the caller calls it off, and which of the two it was. */
export interface Deadline {
  readonly signal: AbortSignal;
  ended(): 'time' | 'caller' | undefined;
  /** Settles like the work, or rejects as soon as the deadline ends: undici heeds a signal only once it is connected. */
  race<T>(work: Promise<T>): Promise<T>;
  /** Lets go of timer and listener. */
  clear(): void;
}

// A longer timer fires at once.
const longestTimerMs = 2_147_483_647;

/** Starts the clock of one exchange. */
export function startDeadline({ timeoutMs, signal }: Limits): Deadline {
  const controller = new AbortController();
  let reason: 'time' | 'caller' | undefined;
  const end = (by: 'time' | 'caller') => {
    reason ??= by;
    controller.abort(by === 'caller' ? signal?.reason : undefined);
  };
  const onAbort = () => end('caller');
  const timer = Number.isFinite(timeoutMs) ? setTimeout(() => end('time'), clampTimer(timeoutMs)) : undefined;
  if (signal?.aborted) onAbort();
  if (signal) {
    // One activity's signal serves all of its calls, many of them at once.
    setMaxListeners(0, signal);
    signal.addEventListener('abort', onAbort, { once: true });
  }
  return {
    signal: controller.signal,
    ended: () => reason,
    race: (work) =>
      Promise.race([
        work,
        new Promise<never>((_, reject) => {
          controller.signal.addEventListener('abort', () => reject(controller.signal.reason), { once: true });
          if (controller.signal.aborted) reject(controller.signal.reason);
        }),
      ]),
    clear: () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    },
  };
}

function clampTimer(ms: number): number {
  return Math.min(longestTimerMs, Math.max(0, ms));
}
