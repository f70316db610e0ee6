import { workflowInfo, type WorkflowInterceptors } from '@temporalio/workflow';
import { attributeOf, keyOfWorkflowId } from '../src/core/names.js';

/** Has every line that is logged of a run say which run it is of. */
export const interceptors = (): WorkflowInterceptors => ({
  outbound: [{ getLogAttributes: (input, next) => next({ ...input, ...attributesOfRun() }) }],
});

function attributesOfRun(): Record<string, unknown> {
  const { workflowId, attempt, typedSearchAttributes } = workflowInfo();
  const key = keyOfWorkflowId(workflowId);
  if (key === undefined) return {};
  return {
    key,
    endpoint: attributeOf(typedSearchAttributes, 'PerdureEndpoint'),
    account: attributeOf(typedSearchAttributes, 'PerdureAccount'),
    attempt,
  };
}
