import { workflowInfo, type WorkflowInterceptors } from '@temporalio/workflow';
import { deskProperty, questionsMemo } from './desk-names.js';

/**
 * Has what a workflow knows of its questions go over to its next execution: answers that came early, and what was decided
 * before. The plugin adds it to the bundles of users' workflows.
 */
export const interceptors = (): WorkflowInterceptors => ({
  outbound: [
    {
      continueAsNew: (input, next) => {
        const questions = carriedQuestions();
        if (questions === undefined) return next(input);
        // A memo that is given replaces the one that would have gone over.
        const memo = { ...(input.options.memo ?? workflowInfo().memo), [questionsMemo]: questions };
        return next({ ...input, options: { ...input.options, memo } });
      },
    },
  ],
});

function carriedQuestions(): unknown {
  const desk: unknown = Reflect.get(globalThis, deskProperty);
  return typeof desk === 'object' && desk !== null && 'carry' in desk && typeof desk.carry === 'function'
    ? (desk.carry as () => unknown)()
    : undefined;
}
