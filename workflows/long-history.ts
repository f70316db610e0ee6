import { workflowInfo } from '@temporalio/workflow';

/** Tells when a history has become so long that its workflow has to continue as new. */
export function longHistory(mostEvents = 2_000): () => boolean {
  return () => workflowInfo().historyLength >= mostEvents || workflowInfo().continueAsNewSuggested;
}
