import { ActivityFailure, CancellationScope, CancelledFailure, isCancellation, sleep } from '@temporalio/workflow';
import type { StartReport, StartTask } from '../activities/start-report.js';
import { endpointFlags } from '../src/core/endpoints.js';
import type { OutcomeError } from '../src/core/run.js';
import { backoffAt } from '../src/core/timings.js';
import type { RunEnd } from './run-end.js';
import type { RunState } from './run-state.js';
import { watchQuestions } from './wait.js';

/**
 * Starts the run: once, and again only after a proven refusal that allows it. Returns undefined when the provider took
 * it and it goes on, or how it ended here.
 */
export async function start(run: RunState): Promise<RunEnd | undefined> {
  for (let attempt = 1; ; attempt += 1) {
    await assertNotCancelled();
    run.enter('starting');
    const report = await launch(run);
    if (report.kind === 'accepted') {
      run.providerStatus = report.providerStatus;
      run.enter('running');
      return undefined;
    }
    if (report.kind === 'ended') return { kind: 'judged', verdict: report.verdict };
    if (report.kind === 'unknown') return { kind: 'unknown', error: report.error };
    if (!report.again) return { kind: 'refused', error: report.error };
    run.enter('queued');
    await sleep(Math.max(report.retryAfterMs ?? 0, backoffAt(run.input.timings.backoff, attempt, Math.random())));
  }
}

/** A start is not cancellable, so one that was cancelled before must not begin. */
async function assertNotCancelled(): Promise<void> {
  const { consideredCancelled, cancelRequested } = CancellationScope.current();
  if (consideredCancelled) await cancelRequested;
}

async function launch(run: RunState): Promise<StartReport> {
  const startedAt = new Date().toISOString();
  try {
    const report = await callActivity(run);
    noteAttempt(run, report, startedAt);
    return report;
  } catch (error) {
    const report = reportOfCancelled(error);
    if (report) noteAttempt(run, report, startedAt);
    throw error;
  }
}

/** What a start that was cancelled under way had come to; undefined when no worker had taken it. */
function reportOfCancelled(error: unknown): StartReport | undefined {
  if (!(error instanceof ActivityFailure) || !(error.cause instanceof CancelledFailure)) return undefined;
  return error.cause.details?.[0] as StartReport | undefined;
}

async function callActivity(run: RunState): Promise<StartReport> {
  const { account, agent, timings, resultSchema, resultBytes } = run.input;
  const { perdureStart, perdureRunBlocking } = run.activities;
  const task: StartTask = {
    account,
    agent,
    handle: run.handle,
    lastsMs: (run.remaining() + timings.release) / timings.scale,
    sendNotAfter: Date.now() + timings.sendWindow,
    timings,
    result: { schema: resultSchema, maxBytes: resultBytes },
  };
  try {
    if (!endpointFlags[agent.endpoint].blockingStart) {
      // A start in flight is waited for even when the run is cancelled: only its answer says what has to be stopped.
      return await CancellationScope.nonCancellable(() => perdureStart(task));
    }
    // It may wait for a slot as long as the run's deadline allows.
    const patient = { ...task, sendNotAfter: Date.now() + run.remaining() };
    return await watchQuestions(run, () => perdureRunBlocking(patient));
  } catch (error) {
    if (isCancellation(error) || !(error instanceof ActivityFailure)) throw error;
    return { kind: 'unknown', handle: run.handle, error: lostStart(error), notes: [] };
  }
}

function lostStart(error: ActivityFailure): OutcomeError {
  const message = `The worker was lost during the start: ${error.cause?.message ?? error.message}`;
  return { code: 'start-unknown', message, hint: 'Look for the run at the provider before you start it again.' };
}

function noteAttempt(run: RunState, report: StartReport, startedAt: string): void {
  const { generation, runId, sessionId } = report.handle;
  run.handle = { ...run.handle, ...report.handle, sessionId: sessionId ?? run.handle.sessionId };
  run.attempts.push({
    generation,
    outcome: report.kind === 'ended' ? 'accepted' : report.kind,
    startedAt,
    runId,
    sessionId,
    ...('error' in report && { error: report.error }),
    notes: report.notes,
  });
}
