import type { Client } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';

/** The history of a workflow as text, with what is encoded in it decoded. */
export async function historyText(client: Client, workflowId: string): Promise<string> {
  const history = historyToJSON(await client.workflow.getHandle(workflowId).fetchHistory());
  return history.replace(/"data":\s*"([^"]+)"/g, (_, data: string) => Buffer.from(data, 'base64').toString());
}
