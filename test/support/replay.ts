import type { Client } from '@temporalio/client';
import { Worker, type WorkflowBundle } from '@temporalio/worker';
import { expect } from 'vitest';
import { ownWorkflowBundle } from '../../src/worker/workflow-bundle.js';

/** What to replay, other than by default. */
export interface ReplayOptions {
  /** The workflows that the histories are of. Default: Perdure's own. */
  workflowBundle?: WorkflowBundle;
  /** Which workflows, where the server has no list. Default: every closed one of the namespace, and all that runs share. */
  workflowIds?: readonly string[];
}

/** Expects that every history that a suite made leads the workflows as they are now to the same commands. */
export async function expectReplays(client: Client, options: ReplayOptions = {}): Promise<void> {
  const { workflowBundle = await ownWorkflowBundle(), workflowIds } = options;
  const histories = workflowIds ? fetchHistories(client, workflowIds) : standingHistories(client);
  const strays: string[] = [];
  let replayed = 0;
  for await (const { workflowId, error } of Worker.runReplayHistories({ workflowBundle }, histories)) {
    replayed += 1;
    if (error) strays.push(`${workflowId}: ${error.message}`);
  }
  expect(strays).toEqual([]);
  expect(replayed).toBeGreaterThan(0);
}

function standingHistories(client: Client) {
  return client.workflow
    .list({ query: "ExecutionStatus != 'Running' OR WorkflowType IN ('watcher', 'account')" })
    .intoHistories();
}

async function* fetchHistories(client: Client, workflowIds: readonly string[]) {
  for (const workflowId of workflowIds) {
    yield { workflowId, history: await client.workflow.getHandle(workflowId).fetchHistory() };
  }
}
