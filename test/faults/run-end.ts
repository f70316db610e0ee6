import type { Client } from '@temporalio/client';
import type { RunHandle } from '../../src/client/run-handle.js';
import type { Outcome } from '../../src/core/run.js';
import type { Actors } from './actors.js';
import { boundOf, slackMs } from './pace.js';
import type { PlannedRun } from './program.js';

/** The outcome of a run, also of one that was reset meanwhile; undefined when its bound has passed before it ended. */
export async function endOf(
  client: Client,
  handle: RunHandle,
  actors: Actors,
  { deadlineMs }: PlannedRun,
): Promise<Outcome | undefined> {
  for (;;) {
    const resets = actors.resets;
    const outcome = await within(boundOf(deadlineMs) + slackMs, handle.outcome());
    if (!outcome) {
      await client.workflow
        .getHandle(handle.workflowId)
        .terminate('over its bound')
        .catch(() => undefined);
      return undefined;
    }
    await actors.idle();
    if (actors.resets === resets) return outcome;
  }
}

/** Undefined when the time is over first. */
export async function within<T>(ms: number, promise: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

const unhandledCommand = 1;

/**
 * How many workflow tasks of the last execution failed, each of which holds its run up. One that fails since a message
 * came in between, or since the run was reset, is as it should be.
 */
export async function taskFailuresOf(client: Client, workflowId: string): Promise<number> {
  const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
  const failures = (events ?? []).flatMap(({ workflowTaskFailedEventAttributes: failure }) => failure ?? []);
  return failures.filter(({ cause, failure, newRunId }) => failure && !newRunId && cause !== unhandledCommand).length;
}
