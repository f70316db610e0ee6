import {
  ApplicationFailure,
  CancellationScope,
  defineQuery,
  defineSignal,
  defineUpdate,
  isCancellation,
  setHandler,
  sleep,
} from '@temporalio/workflow';
import { wire } from '../src/core/names.js';
import { type AnswerMessage, type AnswerVerdict, isAnswerMessage, type Question } from '../src/core/question.js';
import type { Outcome, RunInput, RunReport } from '../src/core/run.js';
import { isSlotGrant, type SlotGrant } from '../src/core/admission.js';
import { type Change, isChange, type RunNeeds } from '../src/core/watch.js';
import { slotOf } from './admission.js';
import { finish } from './finish.js';
import type { RunEnd } from './run-end.js';
import { RunState } from './run-state.js';
import { start } from './start.js';
import { waitForEnd } from './wait.js';

export const answerUpdate = defineUpdate<AnswerVerdict, [AnswerMessage]>(wire.answer);
export const answerSignal = defineSignal<[AnswerMessage]>(wire.answer);
export const changedSignal = defineSignal<[Change]>(wire.changed);
const grantedSignal = defineSignal<[SlotGrant]>(wire.granted);
export const statusQuery = defineQuery<RunReport>(wire.status);
export const questionsQuery = defineQuery<Question[]>(wire.questions);
const enrolmentQuery = defineQuery<RunNeeds>(wire.enrolment);
const outcomeQuery = defineQuery<Outcome | undefined>(wire.outcome);

/**
 * One agent run, from its start to its checked result, with nothing left behind. It always completes with its outcome,
 * also when the run failed, was cancelled or met its deadline.
 */
export async function agentRun(input: RunInput): Promise<Outcome> {
  const run = new RunState(input);
  listen(run);
  const end = await untilDeadline(run, async () => (await start(run)) ?? (await waitForEnd(run)));
  run.outcome = await CancellationScope.nonCancellable(() => finish(run, end));
  return run.outcome;
}

function listen(run: RunState): void {
  const now = () => new Date().toISOString();
  setHandler(statusQuery, () => run.report());
  setHandler(questionsQuery, () => run.questions.all());
  setHandler(outcomeQuery, () => run.outcome);
  // A signal that carries something else must not wedge the run.
  setHandler(answerSignal, (message) => void (isAnswerMessage(message) && run.questions.take(message, now())));
  setHandler(answerUpdate, (message) => run.questions.take(message, now()), {
    validator: (message) => {
      if (!isAnswerMessage(message)) throw ApplicationFailure.nonRetryable('This is no answer.', 'answer-refused');
      const reason = run.questions.refusal(message);
      if (reason !== undefined) throw ApplicationFailure.nonRetryable(reason, 'answer-refused');
    },
  });
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
  try {
    return await scope.run(story);
  } catch (error) {
    if (!isCancellation(error)) throw error;
    return { kind: CancellationScope.current().consideredCancelled ? 'cancelled' : 'deadline' };
  }
}
