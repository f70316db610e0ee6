import {
  ActivityFailure,
  CancellationScope,
  CancelledFailure,
  isCancellation,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import type { Queued, StartReport, StartTask } from '../activities/start-report.js';
import { endpointFlags } from '../src/core/endpoints.js';
import type { Adoption, Attempt, OutcomeError } from '../src/core/run.js';
import { backoffAt } from '../src/core/timings.js';
import { type Grant, type Launched, slotOf, startAdmitted } from './admission.js';
import { watcherFor } from './follow.js';
import type { RunEnd } from './run-end.js';
import type { RunState } from './run-state.js';
import { tellStart } from './run-telling.js';
import { adopt, settle } from './settle.js';
import { carryAnswers } from './wait.js';

/**
 * Starts the run: once, and again only after a proven refusal that allows it. Returns undefined when the provider took
 * it and it goes on, or how it ended here.
 */
export async function start(run: RunState): Promise<RunEnd | undefined> {
  if (run.input.adopt) return takeNamed(run, run.input.adopt);
  let refusedSince: number | undefined;
  for (let attempt = 1; ; attempt += 1) {
    await assertNotCancelled();
    const report = await startAdmitted(run, (grant) => launch(run, grant));
    if (report.kind === 'accepted') {
      run.providerStatus ??= report.providerStatus;
      run.enrolled = report.enrolled;
      run.noteWatcher(report);
      run.enter('running');
      return undefined;
    }
    if (report.kind === 'ended') return { kind: 'judged', verdict: report.verdict };
    if (report.kind === 'unknown') {
      const settled = await settle(run, report);
      if (settled.kind === 'unknown') return settled;
      if (settled.kind === 'adopted') return goOn(run);
      run.startAgain(report.reset);
      refusedSince = undefined;
      continue;
    }
    refusedSince ??= Date.now();
    const refusedTooLong = Date.now() - refusedSince >= (run.input.refusedFor ?? Infinity);
    if (!report.again || refusedTooLong) return { kind: 'refused', error: report.error };
    run.enter('queued');
    await sleep(pauseBefore(run, attempt, report.retryAfterMs));
  }
}

/** Each further try writes into the history, so a run that is refused for hours tries ever more rarely. */
function pauseBefore({ input, startedAt }: RunState, attempt: number, retryAfterMs = 0): number {
  const { backoff } = input.timings;
  const aged = Math.min(10 * backoff.max, (Date.now() - startedAt) / 20);
  return Math.max(retryAfterMs, aged, backoffAt(backoff, attempt, Math.random()));
}

function goOn(run: RunState): undefined {
  run.enter('running');
}

function takeNamed(run: RunState, { runId, sessionId }: Adoption): undefined {
  const startedAt = new Date().toISOString();
  run.attempts.push({ generation: run.handle.generation, outcome: 'unknown', startedAt, sessionId, notes: [] });
  run.handle = { ...run.handle, sessionId: sessionId ?? run.handle.sessionId };
  adopt(run, runId, 'A person named the run.');
  return goOn(run);
}

/** A start is not cancellable, so one that was cancelled before must not begin. */
async function assertNotCancelled(): Promise<void> {
  const { consideredCancelled, cancelRequested } = CancellationScope.current();
  if (consideredCancelled) await cancelRequested;
}

async function launch(run: RunState, grant: Grant): Promise<Launched | Queued> {
  const startedAt = new Date().toISOString();
  try {
    const report = await callActivity(run, grant);
    if (report.kind !== 'queued') noteAttempt(run, report, startedAt);
    return report;
  } catch (error) {
    const report = reportOfCancelled(error);
    if (report) {
      noteAttempt(run, report, startedAt);
      run.cutOff = true;
    }
    throw error;
  }
}

/** What a start that was cancelled under way had come to; undefined when no worker had taken it. */
function reportOfCancelled(error: unknown): StartReport | undefined {
  if (!(error instanceof ActivityFailure) || !(error.cause instanceof CancelledFailure)) return undefined;
  // Of a call that no worker had taken, the server gives words of its own.
  const [details]: unknown[] = error.cause.details ?? [];
  return typeof details === 'object' && details !== null && 'handle' in details ? (details as StartReport) : undefined;
}

async function callActivity(run: RunState, { sendNotAfter, granted }: Grant): Promise<Launched | Queued> {
  const { account, agent, timings, resultSchema, resultBytes } = run.input;
  const { perdureStart, perdureRunBlocking } = run.activities;
  const task: StartTask = {
    firstExecution: workflowInfo().firstExecutionRunId,
    lookedIn: run.lookedIn,
    account,
    agent,
    handle: run.handle,
    watcher: watcherFor(run),
    slot: slotOf(run),
    granted,
    lastsMs: (run.remaining() + timings.release) / timings.scale,
    sendNotAfter,
    timings,
    result: { schema: resultSchema, maxBytes: resultBytes },
  };
  const blocking = endpointFlags[agent.endpoint].blockingStart;
  try {
    if (!blocking) {
      // A start in flight is waited for even when the run is cancelled: only its answer says what has to be stopped.
      return await CancellationScope.nonCancellable(() => perdureStart(task));
    }
    // It may wait for a slot as long as the run's deadline allows.
    const patient = { ...task, sendNotAfter: Date.now() + run.remaining() };
    return await carryAnswers(run, () => perdureRunBlocking(patient));
  } catch (error) {
    if (isCancellation(error) || !(error instanceof ActivityFailure)) throw error;
    // A call that waited for its slot was begun by the worker before it was lost, and has its window from there.
    const sendable = blocking ? Date.now() + timings.sendWindow : task.sendNotAfter;
    const mayBeSentUntil = sendable + timings.startRequest;
    return { kind: 'unknown', handle: run.handle, error: lostStart(error), notes: [], mayBeSentUntil };
  }
}

function lostStart(error: ActivityFailure): OutcomeError {
  const message = `The worker was lost during the start: ${error.cause?.message ?? error.message}`;
  return { code: 'start-unknown', message, hint: 'Look for the run at the provider before you start it again.' };
}

function noteAttempt(run: RunState, report: StartReport, startedAt: string): void {
  if (report.kind === 'refused') run.tells ||= report.tells === true;
  const { generation, runId, sessionId } = report.handle;
  run.handle = { ...run.handle, ...report.handle, sessionId: sessionId ?? run.handle.sessionId };
  const attempt: Attempt = {
    generation,
    outcome: report.kind === 'ended' ? 'accepted' : report.kind,
    startedAt,
    runId,
    sessionId,
    ...('error' in report && { error: report.error }),
    notes: report.notes,
  };
  run.attempts.push(attempt);
  tellStart(run, attempt);
}
