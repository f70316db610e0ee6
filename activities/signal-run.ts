import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import type { SlotGrant } from '../src/core/admission.js';
import type { Change } from '../src/core/watch.js';

/** Signals a run: whether it was told, does not exist any more, or could not be reached. */
export async function signalRun(
  client: Client,
  id: string,
  signal: string,
  message: Change | SlotGrant,
): Promise<'told' | 'gone' | 'not reached'> {
  try {
    await client.workflow.getHandle(id).signal(signal, message);
    return 'told';
  } catch (error) {
    return error instanceof WorkflowNotFoundError ? 'gone' : 'not reached';
  }
}
