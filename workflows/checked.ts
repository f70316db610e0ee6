import { ActivityFailure, ApplicationFailure } from '@temporalio/workflow';

/** What a check at the worker refuses fails by its own type, not as an activity. */
export async function checked<T>(check: Promise<T>): Promise<T> {
  try {
    return await check;
  } catch (error) {
    throw error instanceof ActivityFailure && error.cause instanceof ApplicationFailure ? error.cause : error;
  }
}
