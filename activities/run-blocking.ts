import { CancelledFailure, Context } from '@temporalio/activity';
import { PerdureError } from '../src/core/errors.js';
import { wire } from '../src/core/names.js';
import type { ProviderHandle } from '../src/core/run.js';
import type { ActivityDependencies } from './dependencies.js';
import { withHeartbeats } from './heartbeats.js';
import { judgeEnding, type ResultTerms, type Verdict } from './result.js';
import { acceptedHandle, failedStart, newLaunch, prepare, type StartReport, type StartTask, send } from './start.js';

/** One start whose call lasts as long as the run. */
export interface BlockingTask extends StartTask {
  result: ResultTerms;
}

/** What became of it: with the verdict, since the answer can't be read a second time. */
export type BlockingReport = StartReport | { kind: 'ended'; handle: ProviderHandle; verdict: Verdict; notes: string[] };

/** What the workflow is told by signal when its run has changed. */
export interface Change {
  generation: number;
  sessionId?: string;
  providerStatus: string;
}

/** Holds the blocking call of a run: opens the session, enrols the run with its workflow, calls, and checks the result. */
export function runBlocking(dependencies: ActivityDependencies): (task: BlockingTask) => Promise<BlockingReport> {
  return (task) =>
    withHeartbeats(task.timings.heartbeat, async () => {
      const draft = newLaunch(task);
      try {
        const launch = await prepare(dependencies, task, draft);
        await enrol(launch.handle);
        const call = { timeoutMs: Number.POSITIVE_INFINITY, signal: Context.current().cancellationSignal };
        const { ending, ...accepted } = await send(launch, task, call);
        const handle = acceptedHandle(launch.handle, accepted);
        if (!ending) return { kind: 'accepted', handle, providerStatus: accepted.providerStatus, notes: launch.notes };
        return { kind: 'ended', handle, verdict: judgeEnding(ending, task.result), notes: launch.notes };
      } catch (error) {
        if (Context.current().cancellationDetails?.cancelRequested)
          throw new CancelledFailure('The run was cancelled.');
        return failedStart(error, draft);
      }
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
