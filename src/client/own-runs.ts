import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { PerdureError } from '../core/errors.js';
import { attributeOf, deploymentMemo, keyOfWorkflowId } from '../core/names.js';
import { translateError } from './connection.js';
import type { Described } from './description.js';

/** Whether a workflow carries this deployment's mark, or was started by it and has none yet. */
export function isOwn({ typedSearchAttributes, memo }: Described, deployment: string): boolean {
  const mark = attributeOf(typedSearchAttributes, 'PerdureMark');
  if (mark !== undefined) return mark.startsWith(`perdure-${deployment}-`);
  return memo?.[deploymentMemo] === deployment;
}

/**
 * Whether a workflow is this deployment's.
 * @throws PerdureError `run-not-found`, `temporal-unreachable`.
 */
export async function belongsTo(client: Client, workflowId: string, deployment: string): Promise<boolean> {
  try {
    return isOwn(await client.workflow.getHandle(workflowId).describe(), deployment);
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw translateError(error, client.options.namespace);
    throw new PerdureError({
      code: 'run-not-found',
      message: `There is no run '${keyOfWorkflowId(workflowId) ?? workflowId}'.`,
      hint: 'List the runs with: npx perdure ls. Ended runs are kept as long as the namespace retains them.',
      cause: error,
    });
  }
}
