import { Context } from '@temporalio/activity';
import {
  type Client,
  WorkflowExecutionAlreadyStartedError,
  WorkflowFailedError,
  WorkflowNotFoundError,
} from '@temporalio/client';
import { type BatchItemInput, endOf, type RunEnd } from '../src/core/batch.js';
import { inTurns } from '../src/core/in-turns.js';
import { inputHashMemo, runWorkflowId } from '../src/core/names.js';
import type { Outcome, OutcomeError, RunInput } from '../src/core/run.js';
import { clientStart } from '../src/core/run-start.js';
import { tellEnded } from './doors.js';
import { withHeartbeats } from './heartbeats.js';

const heartbeat = 5_000;
const atOnce = 8;
/** Milliseconds in which an ended run has to give its outcome. */
const patience = 5_000;

/** The end of each run, in their order; null where it lives. */
export type RunEnds = (RunEnd | null)[];

/** Starts the runs of items; one that was started before is taken as it stands. */
export function startItems(items: BatchItemInput[]): Promise<RunEnds> {
  const { client } = Context.current();
  return withHeartbeats(heartbeat, () => inTurns(items, atOnce, (item) => startItem(client, item)));
}

async function startItem(client: Client, { input, hash }: BatchItemInput): Promise<RunEnd | null> {
  try {
    await client.workflow.start<(input: RunInput) => Promise<unknown>>('agentRun', clientStart(input, hash));
    return null;
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    return stateOf(client, input.key, { hash, results: input.batch?.results === true });
  }
}

/** Which runs to look at, and whether their results are wanted. */
export interface CheckItemsTask {
  runs: string[];
  results: boolean;
}

/** Looks at runs that have told nothing for long: one that was ended from outside tells nobody. */
export function checkItems({ runs, results }: CheckItemsTask): Promise<RunEnds> {
  const { client } = Context.current();
  return withHeartbeats(heartbeat, () => inTurns(runs, atOnce, (run) => stateOf(client, run, { results })));
}

/** Asks runs to stop; each cleans up and tells its end. */
export async function cancelItems(runs: string[]): Promise<void> {
  const { client } = Context.current();
  await withHeartbeats(heartbeat, () => inTurns(runs, atOnce, (run) => cancelItem(client, run)));
}

async function cancelItem(client: Client, run: string): Promise<void> {
  try {
    await client.workflow.getHandle(runWorkflowId(run)).cancel();
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
}

/** Tells a batch the end of a run; together with others that end at the same time. */
export function tellBatch({ batch, end }: { batch: string; end: RunEnd }): Promise<void> {
  return tellEnded(Context.current().client, batch, end);
}

async function stateOf(
  client: Client,
  run: string,
  { hash, results }: { hash?: string; results: boolean },
): Promise<RunEnd | null> {
  const handle = client.workflow.getHandle<() => Promise<Outcome>>(runWorkflowId(run));
  try {
    const { status, memo, startTime, closeTime } = await handle.describe();
    const times = { startedAt: startTime.getTime(), endedAt: (closeTime ?? startTime).getTime() };
    if (hash !== undefined && memo?.[inputHashMemo] !== hash) return refused(run, keyTaken(run), times);
    if (status.name === 'RUNNING') return null;
    return await client
      .withDeadline(Date.now() + patience, () => handle.result())
      .then(
        (outcome) => endOf(outcome, results),
        (error: unknown) => {
          if (!(error instanceof WorkflowFailedError)) throw error;
          return { run, status: 'unknown', code: 'run-terminated', ...times };
        },
      );
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
    const now = Date.now();
    return { run, status: 'unknown', code: 'run-not-found', startedAt: now, endedAt: now };
  }
}

function refused(run: string, error: OutcomeError, times: { startedAt: number; endedAt: number }): RunEnd {
  return { run, status: 'failed', code: error.code, error, ...times };
}

function keyTaken(run: string): OutcomeError {
  return {
    code: 'key-taken',
    message: `The key '${run}' belongs to a run that was started with other input.`,
    hint: `See what runs under it: npx perdure show ${run}. Other work belongs in a batch with another key.`,
  };
}
