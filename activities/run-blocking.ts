import { CancelledFailure, Context } from '@temporalio/activity';
import { PerdureError } from '../src/core/errors.js';
import { wire } from '../src/core/names.js';
import type { ProviderHandle } from '../src/core/run.js';
import type { ActivityDependencies } from './dependencies.js';
import { withHeartbeats } from './heartbeats.js';
import { launchRun } from './start.js';
import type { StartReport, StartTask } from './start-report.js';

/** What the workflow is told by signal when its run has changed. */
export interface Change {
  generation: number;
  sessionId?: string;
  providerStatus: string;
}

/** Holds the call of a run that lasts as long as the run, after enrolling the run's session with its workflow. */
export function runBlocking(dependencies: ActivityDependencies): (task: StartTask) => Promise<StartReport> {
  return (task) =>
    withHeartbeats(task.timings.heartbeat, async () => {
      const context = Context.current();
      const call = { timeoutMs: Number.POSITIVE_INFINITY, signal: context.cancellationSignal };
      const report = await launchRun(dependencies, task, { call, enrol });
      const cancelled = context.cancellationDetails?.cancelRequested === true;
      // An answer that came in the very moment of the cancel is kept.
      if (cancelled && report.kind !== 'ended') throw new CancelledFailure('The run was cancelled.', [report]);
      return report;
    });
}

async function enrol({ generation, sessionId }: ProviderHandle): Promise<void> {
  const { info, client } = Context.current();
  const change: Change = { generation, sessionId, providerStatus: 'RUNNING' };
  try {
    await client.workflow.getHandle(info.workflowExecution?.workflowId ?? '').signal(wire.changed, change);
  } catch (cause) {
    throw new PerdureError({ code: 'temporal-unreachable', message: 'The run could not be enrolled.', cause });
  }
}
