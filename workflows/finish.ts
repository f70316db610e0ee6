import { ActivityFailure, ApplicationFailure, workflowInfo } from '@temporalio/workflow';
import type { FinishReport, FinishTask } from '../activities/finish.js';
import type { Verdict } from '../activities/result.js';
import { traceOf } from '../src/core/builders.js';
import { endpointFlags } from '../src/core/endpoints.js';
import { secretPlaces } from '../src/core/secret.js';
import type { Question } from '../src/core/question.js';
import type { Attempt, Cleanup, Fence, FinalStatus, Outcome, OutcomeError } from '../src/core/run.js';
import { accountOf } from './admission.js';
import { watcherFor } from './follow.js';
import type { RunEnd } from './run-end.js';
import type { RunState } from './run-state.js';

/** Stops what has to be stopped, reads and checks the result, ends the session, and tells the outcome. */
export async function finish(run: RunState, end: RunEnd): Promise<Outcome> {
  const unlooked = run.noteUnlooked();
  const report: Finished = mayLive(run) ? await cleanUp(run, end, unlooked) : await leave(run);
  const { input, handle, attempts, questions, polls } = run;
  const ended = conclude(run, end, report);
  noteUnproven(run, ended);
  questions.closeAll();
  const outcome: Outcome = {
    key: input.key,
    endpoint: input.agent.endpoint,
    account: input.account,
    ...ended,
    fence: weakestFence(attempts),
    attempts,
    questions: questions.all(),
    cleanup: withUnseen(run, report.cleanup),
    usage: { ...report.usage, polls },
    provider: {
      runId: report.runId ?? handle.runId,
      sessionId: report.sessionId ?? handle.sessionId,
      status: report.verdict?.providerStatus ?? run.providerStatus,
    },
    startedAt: new Date(run.startedAt).toISOString(),
    endedAt: new Date().toISOString(),
  };
  run.enter(outcome.status);
  return outcome;
}

/** Adds earlier lost starts that nobody could look for: their runs may live. */
function withUnseen({ attempts, input, handle }: RunState, { confirmed, left }: Cleanup): Cleanup {
  const findable = traceOf(input.agent, handle.ownsSession) !== 'none';
  const lost = attempts.filter(({ outcome, generation }) => outcome === 'unknown' && generation !== handle.generation);
  const unseen = findable ? [] : lost.map(({ generation }) => `start:g${generation}`);
  return { confirmed: confirmed && unseen.length === 0, left: [...left, ...unseen] };
}

/** How well the starts that were lost are fenced off, all in all. */
function weakestFence(attempts: Attempt[]): Fence | undefined {
  const fences = attempts.map(({ fence }) => fence);
  return (['none', 'assumed', 'confirmed'] as const).find((fence) => fences.includes(fence));
}

/** Whether the provider may have something of this run: not after refusals alone that opened nothing. */
function mayLive({ attempts }: RunState): boolean {
  return attempts.some(
    ({ outcome, sessionId, error }) =>
      outcome !== 'refused' || sessionId !== undefined || error?.code === 'provider-unreachable',
  );
}

/** What came of finishing; with the reason where nothing did. */
type Finished = FinishReport & { problem?: OutcomeError };

const untouched: FinishReport = { cleanup: { confirmed: true, left: [] }, usage: {}, late: [], notes: [] };

/** Nothing is at the provider; an account that was asked for a slot, or gave one, has to know. */
async function leave(run: RunState): Promise<Finished> {
  if (run.slot !== 'none') {
    const left = await run.activities.perdureLeave(leavingOf(run)).catch(() => undefined);
    run.tells ||= left?.tells === true;
  }
  return untouched;
}

function leavingOf(run: RunState): FinishTask['leave'] {
  const start = { id: workflowInfo().workflowId, generation: run.handle.generation };
  const watcher = run.isWatched() ? watcherFor(run) : undefined;
  return { start, ...(watcher && { watcher }), ...(run.slot !== 'none' && { slot: accountOf(run) }) };
}

async function cleanUp(run: RunState, end: RunEnd, unlooked: boolean): Promise<Finished> {
  const { account, agent, timings, resultSchema, resultBytes } = run.input;
  const task: FinishTask = {
    account,
    endpoint: agent.endpoint,
    handle: handleOf(run),
    run: end.kind === 'judged' ? 'none' : startOf(run),
    stop: isStopped(end),
    search: unlooked || run.attempts.length > 1,
    unsettled: startOf(run) === 'unknown' && lastSent(run)?.fence === undefined,
    lateMarks: lateMarks(run),
    leave: leavingOf(run),
    secrets: [...secretPlaces(agent.input).keys()],
    result: { schema: resultSchema, maxBytes: resultBytes },
    startedAt: run.since,
    timings,
  };
  try {
    const report = await run.activities.perdureFinish(task);
    run.noteLate(report.late);
    run.tells ||= report.tells === true;
    run.attempts.at(-1)?.notes.push(...report.notes);
    return end.kind === 'judged' ? { ...report, verdict: end.verdict } : report;
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
    const problem = unreadable(error.cause?.message ?? error.message, hintOf(error));
    return { ...untouched, cleanup: { confirmed: false, left: leftBehind(run) }, problem };
  }
}

/** The last start that the provider may have taken. */
function lastSent({ attempts }: RunState): Attempt | undefined {
  return attempts.findLast(({ outcome }) => outcome !== 'refused');
}

/** Where the last start was refused, it is the one before it that may live. */
function handleOf(run: RunState): FinishTask['handle'] {
  const { generation } = lastSent(run) ?? run.handle;
  return generation === run.handle.generation
    ? run.handle
    : { ...run.handle, generation, mark: run.markOf(generation) };
}

/** What is known of the run at the provider, from its attempts. */
function startOf(run: RunState): FinishTask['run'] {
  const last = lastSent(run)?.outcome;
  if (last === 'adopted') return 'accepted';
  return last === 'accepted' || last === 'unknown' ? last : 'none';
}

/** Marks under which a run may have started that nobody follows; they are looked for once more. */
function lateMarks(run: RunState): string[] {
  const { agent } = run.input;
  if (endpointFlags[agent.endpoint].canFind !== 'byText') return [];
  return startOf(run) === 'unknown' ? [...new Set([...run.lateMarks, handleOf(run).mark])] : [...run.lateMarks];
}

function leftBehind({ handle }: RunState): string[] {
  const { mark, ownsSession, sessionId, runId } = handle;
  return [ownsSession ? `session:${sessionId ?? mark}` : `run:${runId ?? mark}`];
}

type Conclusion = { status: FinalStatus; error?: OutcomeError } & Pick<Verdict, 'result' | 'raw'>;

/** The run's status: what the provider did by itself stands, also when the run was being stopped meanwhile. */
function conclude(run: RunState, end: RunEnd, { verdict, cleanup, problem }: Finished): Conclusion {
  if (end.kind === 'refused') {
    const open = run.attempts.find(({ outcome, fence }) => outcome === 'unknown' && fence !== 'confirmed');
    return open ? { status: 'unknown', error: open.error } : { status: 'failed', error: end.error };
  }
  if (end.kind === 'unknown') return { status: 'unknown', error: end.error };
  const stopped = isStopped(end);
  const ours = end.kind === 'cancelled' || run.cutOff;
  const settled = startOf(run) !== 'unknown' || (ours && cleanup.confirmed);
  if (stopped && !settled) return { status: 'unknown', error: run.attempts.findLast(({ error }) => error)?.error };
  if (stopped && !(verdict && endedByItself(verdict))) {
    if (end.kind === 'cancelled') return cancelled;
    if (end.kind === 'expired') return questionExpired(end.question);
    return { status: 'timed-out', error: deadlineExceeded(run, problem ?? verdict?.error) };
  }
  if (!verdict) return { status: 'unknown', error: problem ?? unreadable('for an unknown reason.', undefined) };
  const { status, result, raw, error } = verdict;
  return { status, result, raw, error };
}

/** Where there is no result to judge by, only the provider's word is left. */
function noteUnproven({ input, attempts }: RunState, { status, result }: Conclusion): void {
  if (status !== 'completed' || (result ?? undefined) !== undefined) return;
  if (endpointFlags[input.agent.endpoint].completedMeansSuccess) return;
  attempts.at(-1)?.notes.push('It ended without a result; that the agent succeeded is not said with that.');
}

/** Whether the provider completed the run, though its result may be no good. */
function endedByItself({ status, error }: Verdict): boolean {
  const judged = ['result-invalid', 'result-missing', 'result-too-large'];
  return status === 'completed' || (error !== undefined && judged.includes(error.code));
}

/** Whether it is ended from here, whatever it does at the provider. */
function isStopped({ kind }: RunEnd): boolean {
  return kind === 'cancelled' || kind === 'deadline' || kind === 'expired';
}

function questionExpired({ message, deadline = 'its deadline' }: Question): Conclusion {
  const asked = message.length > 200 ? `${message.slice(0, 200)}…` : message;
  const words = `Nobody answered the agent by ${deadline}, so the run was stopped. It asked: ${asked}`;
  const hint = 'Give the question a longer deadline, or more people who are told of it: questions.escalate.';
  return { status: 'failed', error: { code: 'question-expired', message: words, hint } };
}

const cancelled: Conclusion = {
  status: 'cancelled',
  error: {
    code: 'cancelled',
    message: 'The run was cancelled.',
    hint: 'Start it again under another key, if it is wanted.',
  },
};

/** A deadline that nothing but refusals led to, or at which nothing could be read, says so. */
function deadlineExceeded({ attempts }: RunState, problem: OutcomeError | undefined): OutcomeError {
  const code = 'deadline-exceeded';
  const message = 'The run did not end before its deadline';
  const last = attempts.at(-1);
  if (last?.error && attempts.every(({ outcome }) => outcome === 'refused')) {
    return {
      code,
      message: `${message}: every start was refused, the last one so: ${last.error.message}`,
      hint: last.error.hint,
    };
  }
  if (problem?.code === 'result-unreadable') {
    return { code, message: `${message}, and was not reached then: ${problem.message}`, hint: problem.hint };
  }
  const hint = 'Give it a longer deadline, or look at what the agent did in the meantime.';
  return { code, message: `${message}.`, hint };
}

/** Why the activity that finishes a run never did. */
function unreadable(
  reason: string,
  hint = 'See that a worker with the account runs: npx perdure doctor',
): OutcomeError {
  return { code: 'result-unreadable', message: `The run could not be finished: ${reason}`, hint };
}

function hintOf({ cause }: ActivityFailure): string | undefined {
  const detail: unknown = cause instanceof ApplicationFailure ? cause.details?.[0] : undefined;
  const hint = typeof detail === 'object' && detail !== null && 'hint' in detail ? detail.hint : undefined;
  return typeof hint === 'string' ? hint : undefined;
}
