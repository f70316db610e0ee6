import { type WorkflowInterceptors, workflowInfo } from '@temporalio/workflow';
import { budgetOwners } from './distant-till.js';
import { budgetMemo, budgetOwnerMemo, deskProperty, purseProperty, questionsMemo } from './carried-names.js';

/**
 * Has what a workflow knows of its questions and its budget go over to its next execution, and tells the workflows beneath
 * it whose budget they use. The plugin adds it to the bundles of users' workflows.
 */
export const interceptors = (): WorkflowInterceptors => ({
  outbound: [
    {
      continueAsNew: (input, next) => {
        const questions = carriedFrom(deskProperty);
        const budget = carriedFrom(purseProperty);
        if (questions === undefined && budget === undefined) return next(input);
        // A memo that is given replaces the one that would have gone over.
        const memo = {
          ...(input.options.memo ?? workflowInfo().memo),
          ...(questions !== undefined && { [questionsMemo]: questions }),
          ...(budget !== undefined && { [budgetMemo]: budget }),
        };
        return next({ ...input, options: { ...input.options, memo } });
      },
      startChildWorkflowExecution: (input, next) => {
        const { workflowId, memo: own } = workflowInfo();
        const owners = [...(Reflect.has(globalThis, purseProperty) ? [workflowId] : []), ...budgetOwners(own)];
        // What runs itself use is reserved by whoever starts them.
        if (owners.length === 0 || input.workflowType === 'agentRun') return next(input);
        const memo = { ...input.options.memo, [budgetOwnerMemo]: owners };
        return next({ ...input, options: { ...input.options, memo } });
      },
    },
  ],
});

function carriedFrom(property: string): unknown {
  const holder: unknown = Reflect.get(globalThis, property);
  return typeof holder === 'object' && holder !== null && 'carry' in holder && typeof holder.carry === 'function'
    ? (holder.carry as () => unknown)()
    : undefined;
}
