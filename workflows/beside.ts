import { CancellationScope, isCancellation } from '@temporalio/workflow';

/**
 * Runs companions beside a story and ends them with it. A companion that fails fails the story; what a cancel means for
 * the story, which may just have ended, only the story knows.
 */
export function beside<T>(story: () => Promise<T>, ...companions: (() => Promise<unknown>)[]): Promise<T> {
  return CancellationScope.cancellable(async () => {
    const never = new Promise<never>(() => undefined);
    const unlessCancelled = (error: unknown) => (isCancellation(error) ? never : Promise.reject(error));
    const silent = companions.map((companion) => companion().then(() => never, unlessCancelled));
    try {
      return await Promise.race([story(), ...silent]);
    } finally {
      CancellationScope.current().cancel();
    }
  });
}
