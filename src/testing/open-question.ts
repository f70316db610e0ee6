import { type Client, QueryNotRegisteredError } from '@temporalio/client';
import { wire } from '../core/names.js';
import type { Question } from '../core/question.js';

/** The oldest open question of a workflow or of its child workflows, however deep. */
export async function findOpenQuestion(client: Client, workflowId: string): Promise<Question | undefined> {
  const handle = client.workflow.getHandle(workflowId);
  const own = await askedBy(client, workflowId);
  const open = own.find(({ state }) => state === 'open');
  if (open) return open;
  const { raw } = await handle.describe();
  for (const { workflowId: child } of raw.pendingChildren ?? []) {
    const question = child ? await findOpenQuestion(client, child) : undefined;
    if (question) return question;
  }
  return undefined;
}

async function askedBy(client: Client, workflowId: string): Promise<Question[]> {
  try {
    return await client.workflow.getHandle(workflowId).query<Question[]>(wire.questions);
  } catch (error) {
    if (error instanceof QueryNotRegisteredError) return [];
    throw error;
  }
}
