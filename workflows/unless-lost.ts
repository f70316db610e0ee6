import { ActivityFailure, isCancellation } from '@temporalio/workflow';

/** What an activity gives; undefined where it failed for good. A cancel is passed on. */
export async function unlessLost<T>(activity: Promise<T>): Promise<T | undefined> {
  try {
    return await activity;
  } catch (error) {
    if (isCancellation(error) || !(error instanceof ActivityFailure)) throw error;
    return undefined;
  }
}
