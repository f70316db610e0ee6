import { Context } from '@temporalio/activity';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { type Notice, type NoticeTask, noticeWorkflowId } from '../src/core/notice.js';
import type { ActivityDependencies } from './dependencies.js';

/** What is to be told, and the queue on which Perdure's own workflows run. */
export interface NotifyTask {
  notice: Notice;
  taskQueue: string;
}

/** Has a notice told, where this worker has a channel for it: by a workflow of its own, which nobody waits for. */
export function notify(dependencies: Pick<ActivityDependencies, 'telling'>): (task: NotifyTask) => Promise<void> {
  return async ({ notice, taskQueue }) => {
    const channels = channelsFor(dependencies, notice.type);
    if (channels.length === 0) return;
    const task: NoticeTask = { notice, channels };
    try {
      await Context.current().client.workflow.start('notice', {
        workflowId: noticeWorkflowId(notice),
        workflowIdReusePolicy: 'REJECT_DUPLICATE',
        taskQueue,
        args: [task],
      });
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    }
  };
}

/** What an activity says to a run whose end somebody is told of. */
export function tellsOfEnds(dependencies: Pick<ActivityDependencies, 'telling'>): { tells?: true } {
  return channelsFor(dependencies, 'run.ended').length > 0 ? { tells: true } : {};
}

/** Names of the channels that are told of this. */
function channelsFor({ telling }: Pick<ActivityDependencies, 'telling'>, type: Notice['type']): string[] {
  return (telling?.channels ?? []).filter(({ events }) => events.includes(type)).map(({ name }) => name);
}
