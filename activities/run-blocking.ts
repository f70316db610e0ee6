import { CancelledFailure, Context } from '@temporalio/activity';
import { PerdureError } from '../src/core/errors.js';
import { wire } from '../src/core/names.js';
import type { ProviderHandle } from '../src/core/run.js';
import { type Change, enrolmentOf } from '../src/core/watch.js';
import type { ActivityDependencies } from './dependencies.js';
import { enrol } from './doors.js';
import { withHeartbeats } from './heartbeats.js';
import type { LimitBook } from './limit-book.js';
import { tellsOfEnds } from './notify.js';
import { admitted, launchRun } from './start.js';
import type { Queued, StartReport, StartTask } from './start-report.js';

/** Holds the call of a run that lasts as long as the run, after enrolling the run's session with its workflow. */
export function runBlocking(
  dependencies: ActivityDependencies,
  limits: LimitBook,
): (task: StartTask) => Promise<StartReport | Queued> {
  return (task) =>
    withHeartbeats(task.timings.heartbeat, async () => {
      const context = Context.current();
      const call = { timeoutMs: Number.POSITIVE_INFINITY, signal: context.cancellationSignal };
      const report = await admitted(limits, task, () =>
        launchRun(dependencies, task, { call, announce: (handle) => announce(task, handle) }),
      );
      const cancelled = context.cancellationDetails?.cancelRequested === true;
      // An answer that came in the very moment of the cancel is kept.
      if (cancelled && report.kind !== 'ended') throw new CancelledFailure('The run was cancelled.', [report]);
      return report.kind === 'refused' ? { ...report, ...tellsOfEnds(dependencies) } : report;
    });
}

/** Tells the run of its session, and its watcher of the questions that may be asked in it. */
async function announce({ watcher, agent, timings }: StartTask, handle: ProviderHandle): Promise<void> {
  const { info, client } = Context.current();
  const { workflowId: id = '' } = info.workflowExecution ?? {};
  const { generation, sessionId } = handle;
  const reading = { state: 'running', providerStatus: 'RUNNING', sessionId } as const;
  const change: Change = { generation, reading, polls: 0 };
  try {
    await client.workflow.getHandle(id).signal(wire.changed, change);
    if (handle.asks && watcher)
      await enrol(client, { watcher, run: enrolmentOf({ id, agent, handle, timings, startedAt: Date.now() }) });
  } catch (cause) {
    throw new PerdureError({ code: 'temporal-unreachable', message: 'The run could not be enrolled.', cause });
  }
}
