import { ActivityFailure, ApplicationFailure, condition, isCancellation } from '@temporalio/workflow';
import { endpointFlags } from '../src/core/endpoints.js';
import { secretPlaces } from '../src/core/secret.js';
import { beside } from './beside.js';
import { followToEnd } from './follow.js';
import type { RunEnd } from './run-end.js';
import type { RunState } from './run-state.js';

/** Waits until the provider says that the run has ended, and meanwhile carries questions and answers. */
export async function waitForEnd(run: RunState): Promise<RunEnd> {
  await beside(
    () => followToEnd(run).then(() => answersSettled(run)),
    () => deliverAnswers(run),
    () => stopLateRuns(run),
  );
  return { kind: 'ended' };
}

/** Carries answers until the call that holds the run has returned. */
export function carryAnswers<T>(run: RunState, call: () => Promise<T>): Promise<T> {
  run.enrolled = run.handle.asks === true;
  if (!run.enrolled) return call();
  const story = async () => {
    const result = await call();
    // A cancel that meets this wait takes nothing back of what the call has brought.
    await answersSettled(run).catch((error: unknown) => {
      if (!isCancellation(error)) throw error;
    });
    return result;
  };
  return beside(story, () => deliverAnswers(run));
}

/** A run that has ended waits for what becomes of an answer that is on its way, though not for long. */
async function answersSettled({ questions, input }: RunState): Promise<void> {
  const { request, heartbeat } = input.timings;
  const settled = () => questions.all().every(({ state }) => state !== 'answered');
  if (!settled()) await condition(settled, 2 * request + heartbeat);
}

async function deliverAnswers(run: RunState): Promise<void> {
  const { account, agent, timings } = run.input;
  const secrets = [...secretPlaces(agent.input).keys()];
  for (;;) {
    await condition(() => run.questions.hasTaken());
    const taken = run.questions.nextTaken();
    if (!taken) continue;
    const { id, question, answer } = taken;
    const until = run.startedAt + timings.deadline;
    const enrolment = run.enrolment();
    const { handle } = run;
    const task = { account, endpoint: agent.endpoint, handle, question, answer, secrets, until, timings, enrolment };
    try {
      run.questions.settle(id, await run.activities.perdureAnswer(task));
      run.goOn();
    } catch (error) {
      if (isCancellation(error) || !(error instanceof ActivityFailure)) throw error;
      run.questions.settle(id, mayHaveArrived(error) ? 'unknown' : 'open');
      // A default that the provider refuses leaves nothing that could be answered.
      const asked = run.questions.get(id);
      if (asked?.state === 'expired') run.expired = asked;
    }
  }
}

/** Whether the last attempt to give an answer, which would have been followed by others, may have given it. */
function mayHaveArrived({ cause }: ActivityFailure): boolean {
  const [detail] = cause instanceof ApplicationFailure ? (cause.details ?? []) : [];
  return typeof detail === 'object' && detail !== null && 'fate' in detail && detail.fate === 'unknown';
}

/** Goes on looking, for a while, for the runs of starts that were made again. */
async function stopLateRuns(run: RunState): Promise<void> {
  const { account, agent, timings } = run.input;
  if (run.lateMarks.size === 0 || endpointFlags[agent.endpoint].canFind !== 'byText') return;
  const marks = [...run.lateMarks];
  const task = { account, endpoint: agent.endpoint, marks, since: run.since, forMs: timings.lateRun, timings };
  try {
    run.noteLate(await run.activities.perdureStopLate(task));
  } catch (error) {
    if (isCancellation(error) || !(error instanceof ActivityFailure)) throw error;
  }
}
