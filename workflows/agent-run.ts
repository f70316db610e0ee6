import {
  CancellationScope,
  condition,
  defineQuery,
  defineSignal,
  isCancellation,
  setHandler,
  sleep,
} from '@temporalio/workflow';
import { wire } from '../src/core/names.js';
import type { Outcome, RunInput, RunReport } from '../src/core/run.js';
import { isSlotGrant, type SlotGrant } from '../src/core/admission.js';
import { type Change, isChange, type RunNeeds } from '../src/core/watch.js';
import { slotOf } from './admission.js';
import { listenToAnswers } from './answers.js';
import { tellBatch } from './batch-end.js';
import { beside } from './beside.js';
import { finish } from './finish.js';
import { keepLadders } from './ladders.js';
import { tellEnd } from './notices.js';
import { listenToPeople } from './people.js';
import type { RunEnd } from './run-end.js';
import { RunState } from './run-state.js';
import { tellRunEnd } from './run-telling.js';
import { start } from './start.js';
import { waitForEnd } from './wait.js';

/** Tells a run that its watcher saw something new of it. */
export const changedSignal = defineSignal<[Change]>(wire.changed);
const grantedSignal = defineSignal<[SlotGrant]>(wire.granted);
/** Asks a run how it stands; answered also after it has ended, while a worker serves it. */
export const statusQuery = defineQuery<RunReport>(wire.status);
const enrolmentQuery = defineQuery<RunNeeds>(wire.enrolment);
const outcomeQuery = defineQuery<Outcome | undefined>(wire.outcome);

/**
 * One agent run, from its start to its checked result, with nothing left behind. It always completes with its outcome,
 * also when the run failed, was cancelled or met its deadline.
 */
export async function agentRun(input: RunInput): Promise<Outcome> {
  const run = new RunState(input);
  listen(run);
  const end = await untilDeadline(run, () =>
    beside(
      async () => (await start(run)) ?? (await waitForEnd(run)),
      () => keepLadders(run),
    ),
  );
  run.outcome = await CancellationScope.nonCancellable(() => finish(run, end));
  tellRunEnd(run, run.outcome);
  if (input.batch) await CancellationScope.nonCancellable(() => tellBatch(run));
  if (run.tells) await CancellationScope.nonCancellable(() => tellEnd(run));
  return run.outcome;
}

function listen(run: RunState): void {
  setHandler(statusQuery, () => run.report());
  setHandler(outcomeQuery, () => run.outcome);
  listenToAnswers(run.questions);
  listenToPeople(run);
  setHandler(changedSignal, (change) => {
    if (isChange(change)) run.note(change);
  });
  setHandler(grantedSignal, (grant) => {
    if (isSlotGrant(grant)) run.grant = grant;
  });
  setHandler(enrolmentQuery, () => ({
    ...(run.isWatched() && { watch: run.enrolment() }),
    lives: run.slot === 'held' || run.attempts.some(({ outcome }) => outcome !== 'refused'),
    ...(run.slot === 'asked' && { slot: slotOf(run).request }),
  }));
}

/** The timer is left to run when the story ends before it: to cancel it would be one event more. */
async function untilDeadline(run: RunState, story: () => Promise<RunEnd>): Promise<RunEnd> {
  const scope = new CancellationScope();
  const deadline = sleep(run.input.timings.deadline).then(() => scope.cancel());
  // A cancel of the run is heard by the story.
  deadline.catch(() => undefined);
  const expired = condition(() => run.expired !== undefined).then(() => scope.cancel());
  expired.catch(() => undefined);
  try {
    return await scope.run(story);
  } catch (error) {
    if (!isCancellation(error)) throw error;
    if (CancellationScope.current().consideredCancelled) return { kind: 'cancelled' };
    return run.expired ? { kind: 'expired', question: run.expired } : { kind: 'deadline' };
  }
}
