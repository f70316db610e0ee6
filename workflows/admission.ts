import { condition, workflowInfo } from '@temporalio/workflow';
import type { Queued, StartReport, StartTask } from '../activities/start-report.js';
import type { AccountPlace, SlotRequest } from '../src/core/admission.js';
import type { RunState } from './run-state.js';

/** Leave to start a run at its provider. */
export interface Grant {
  /** Epoch milliseconds: unused by then, it has lapsed. */
  sendNotAfter: number;
  /** Whether the run's account gave it; without, the worker asks whether it has to. */
  granted: boolean;
}

/** The report of a start; with the time until when it may still be sent, where its worker was lost. */
export type Launched = StartReport & { mayBeSentUntil?: number };

/** Starts a run when its account lets it. Only an account with limits keeps it waiting. */
export async function startAdmitted(
  run: RunState,
  launch: (grant: Grant) => Promise<Launched | Queued>,
): Promise<Launched> {
  run.grant = undefined;
  // Where the account is known to have limits it is asked at once; elsewhere the start finds out.
  const asked = run.limited && (await run.activities.perdureAskSlot(slotOf(run)));
  for (let grant = asked ? await waitForGrant(run) : withoutGrant(run); ; ) {
    run.enter('starting');
    const report = await launch(grant);
    if (report.kind !== 'queued') {
      if (report.kind === 'refused') run.slot = 'none';
      return report;
    }
    run.limited = true;
    grant = await waitForGrant(run);
  }
}

function withoutGrant({ input }: RunState): Grant {
  return { sendNotAfter: Date.now() + input.timings.sendWindow, granted: false };
}

async function waitForGrant(run: RunState): Promise<Grant> {
  run.slot = 'asked';
  run.enter('queued');
  await condition(() => granted(run) !== undefined);
  run.slot = 'held';
  const sendNotAfter = granted(run) ?? 0;
  run.grant = undefined;
  return { sendNotAfter, granted: true };
}

/** Until when the leave may be used that the run has; a lapsed one is none. */
function granted({ grant, handle }: RunState): number | undefined {
  if (grant?.generation !== handle.generation) return undefined;
  return grant.sendNotAfter > Date.now() ? grant.sendNotAfter : undefined;
}

/** The account that admits a run. */
export function accountOf({ input }: RunState): AccountPlace {
  return { account: input.account, taskQueue: input.taskQueue };
}

/** What the account of a run is asked for. */
export function slotOf(run: RunState): StartTask['slot'] {
  const { timings } = run.input;
  const { workflowId: id, priority, root } = workflowInfo();
  const request: SlotRequest = {
    id,
    generation: run.handle.generation,
    priority: priority?.priorityKey ?? middlePriority,
    fairness: priority?.fairnessKey ?? root?.workflowId ?? '',
    weight: priority?.fairnessWeight ?? 1,
    windowMs: timings.sendWindow,
    scale: timings.scale,
  };
  return { place: accountOf(run), request };
}

const middlePriority = 3;
