import { workflowInfo } from '@temporalio/workflow';

/** Bytes: an answer of the server has 4 MiB at most, and whoever has it not in its cache replays all of it at each task. */
const mostBytes = 2_000_000;

/**
 * Events of what is signalled all the time. A server refuses to continue as new where a signal has come in meanwhile, and
 * the worker then replays all of the history, each task of it in line with those of all other workflows. That must take
 * less than the 10 seconds of a workflow task.
 */
export const fewEvents = 500;

/** Tells when a history has become so long that its workflow has to continue as new. */
export function longHistory(mostEvents = 2_000): () => boolean {
  return () => {
    const { historyLength, historySize, continueAsNewSuggested } = workflowInfo();
    return historyLength >= mostEvents || historySize >= mostBytes || continueAsNewSuggested;
  };
}
