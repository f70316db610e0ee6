import type { Interruption } from './context.js';
import { exits } from './exit-codes.js';

/** The interruption of a process: by Ctrl-C, SIGTERM, SIGHUP, or the end of a parent that holds a channel to it. */
export function processInterruption(ended: NodeJS.Process): Interruption {
  let controller: AbortController | undefined;
  const interrupt = () => {
    if (!controller || controller.signal.aborted) ended.exit(exits.interrupted);
    controller.abort();
  };
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) ended.on(name, interrupt);
  if (ended.connected) ended.once('disconnect', interrupt);
  return {
    take: () => {
      controller ??= new AbortController();
      return controller.signal;
    },
  };
}

/** Resolves when the signal aborts. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
