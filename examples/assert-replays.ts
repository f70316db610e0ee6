import { readFileSync } from 'node:fs';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { Worker } from '@temporalio/worker';
import { PerdurePlugin } from 'perdure/worker';

/** Throws a DeterminismViolationError where the workflows would not go on as the history of an open execution says. */
export async function assertReplays(workflowsPath: string, file: string): Promise<void> {
  const history = historyFromJSON(JSON.parse(readFileSync(file, 'utf8')));
  await Worker.runReplayHistory({ workflowsPath, plugins: [new PerdurePlugin()] }, history);
}
