import { setImmediate } from 'node:timers/promises';
import type { Worker } from '@temporalio/worker';

/** What of a worker is needed to run and to end it. */
export type Runnable = Pick<Worker, 'run' | 'shutdown' | 'getState'>;

/** What goes on beside workers: ends by itself, or when it is told to. */
export interface Story {
  run(): Promise<void>;
  stop(): void;
}

/** Runs workers beside a story until either is over or a worker fails; then all end, and the failure is thrown. */
export async function runBeside(workers: readonly Runnable[], story: Story): Promise<void> {
  const running = workers.map((worker) => worker.run());
  const told = story.run();
  try {
    await Promise.race([told, Promise.all(running)]);
  } finally {
    story.stop();
    for (const worker of workers) stopWorker(worker);
    await Promise.allSettled([told, ...running]);
  }
  await Promise.all([told, ...running]);
}

/** Tells a worker to end, unless it does already. */
export function stopWorker(worker: Runnable): void {
  if (worker.getState() === 'RUNNING') worker.shutdown();
}

/** Ends a worker that was made and is not wanted: only one that has run lets go of its connection. */
export async function discard(worker: Runnable, run: () => Promise<void> = () => worker.run()): Promise<void> {
  let ended = false;
  const running = run().finally(() => {
    ended = true;
  });
  while (!ended && worker.getState() === 'INITIALIZED') await setImmediate();
  stopWorker(worker);
  await Promise.allSettled([running]);
}
