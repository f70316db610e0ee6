import { ActivityFailure, CancellationScope, condition, isCancellation, sleep } from '@temporalio/workflow';
import type { News, PollTask, Seen } from '../activities/poll.js';
import { endpointFlags } from '../src/core/endpoints.js';
import { isTerminal, type Reading } from '../src/core/reading.js';
import { secretPlaces } from '../src/core/secret.js';
import type { RunEnd } from './run-end.js';
import type { RunState } from './run-state.js';

/** Waits until the provider says that the run has ended, and meanwhile carries questions and answers. */
export async function waitForEnd(run: RunState): Promise<RunEnd> {
  await beside(
    () => followToEnd(run),
    () => deliverAnswers(run),
    () => stopLateRuns(run),
  );
  return { kind: 'ended' };
}

/** Carries questions and answers until the call that holds the run has returned. */
export function watchQuestions<T>(run: RunState, call: () => Promise<T>): Promise<T> {
  if (!run.handle.asks) return call();
  return beside(
    call,
    () => followInSession(run),
    () => deliverAnswers(run),
  );
}

/**
 * Runs companions beside a story and ends them with it. A companion that fails fails the story; what a cancel means for
 * the story, which may just have ended, only the story knows.
 */
function beside<T>(story: () => Promise<T>, ...companions: (() => Promise<unknown>)[]): Promise<T> {
  return CancellationScope.cancellable(async () => {
    const never = new Promise<never>(() => undefined);
    const unlessCancelled = (error: unknown) => (isCancellation(error) ? never : Promise.reject(error));
    const silent = companions.map((companion) => companion().then(() => never, unlessCancelled));
    try {
      return await Promise.race([story(), ...silent]);
    } finally {
      CancellationScope.current().cancel();
    }
  });
}

async function followInSession(run: RunState): Promise<void> {
  await condition(() => run.handle.sessionId !== undefined);
  await followToEnd(run);
}

async function followToEnd(run: RunState): Promise<void> {
  const startedAt = Date.now();
  const seen: Seen = { oddStatuses: [] };
  for (;;) {
    const reading = await look(run, seen, startedAt);
    if (reading === 'blind') await sleep(run.input.timings.cadence.max);
    if (!reading || reading === 'blind') continue;
    if (reading.state === 'gone' && seen.goneSince === undefined) {
      seen.goneSince = Date.now();
      continue;
    }
    seen.goneSince = undefined;
    if (isTerminal(reading.state)) return;
    if (reading.state === 'other') seen.oddStatuses.push(reading.providerStatus);
    else seen.questionId = reading.question?.providerId;
  }
}

/** The next news of the run; undefined when it was woken before there was any, `blind` when no news could be carried. */
async function look(run: RunState, seen: Seen, startedAt: number): Promise<Reading | 'blind' | undefined> {
  const { account, agent, timings } = run.input;
  const task: PollTask = {
    account,
    endpoint: agent.endpoint,
    handle: run.handle,
    seen,
    secrets: [...secretPlaces(agent.input).keys()],
    startedAt,
    since: Date.now(),
    timings,
  };
  const scope = new CancellationScope();
  const wakes = run.wakes;
  const woken = condition(() => run.wakes > wakes).then(() => undefined);
  try {
    const news: News | undefined = await scope.run(() => Promise.race([run.activities.perdurePoll(task), woken]));
    if (news) run.note(news);
    return news?.reading;
  } catch (error) {
    if (isCancellation(error) || !(error instanceof ActivityFailure)) throw error;
    return 'blind';
  } finally {
    scope.cancel();
  }
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
    const task = { account, endpoint: agent.endpoint, handle: run.handle, question, answer, secrets, until, timings };
    try {
      run.questions.settle(id, await run.activities.perdureAnswer(task));
      run.enter('running');
    } catch (error) {
      if (isCancellation(error) || !(error instanceof ActivityFailure)) throw error;
      run.questions.settle(id, 'open');
    }
    run.wake();
  }
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
