import { log, metricMeter } from '@temporalio/workflow';
import type { Attempt, Outcome } from '../src/core/run.js';
import type { RunState } from './run-state.js';

// None of this is told again when the history is replayed.

/** Counts a start and logs what became of it. */
export function tellStart({ input: { account, agent } }: RunState, attempt: Attempt): void {
  const { outcome, generation, runId, error } = attempt;
  const { endpoint } = agent;
  metricMeter
    .createCounter('perdure_starts', 'starts', 'Starts of runs at their providers')
    .add(1, { account, endpoint, outcome });
  log.info(`Start ${outcome}`, { generation, providerRunId: runId, code: error?.code });
}

/** Counts a start whose answer was lost. */
export function tellLost({ input: { account, agent } }: RunState): void {
  const counter = metricMeter.createCounter('perdure_starts_unknown', 'starts', 'Starts whose answer was lost');
  counter.add(1, { account, endpoint: agent.endpoint });
}

/** Counts a run that has ended, with what it took and used, and logs it. */
export function tellRunEnd({ startedAt, input }: RunState, { endpoint, status, usage, error }: Outcome): void {
  const tags = { account: input.account, endpoint };
  const ms = Date.now() - startedAt;
  metricMeter.createCounter('perdure_runs_ended', 'runs', 'Runs that have ended').add(1, { ...tags, status });
  metricMeter
    .createHistogram('perdure_run_duration', 'int', 'ms', 'From the start of a run to its end')
    .record(ms, { ...tags, status });
  if (usage.credits !== undefined) {
    metricMeter
      .createHistogram('perdure_run_credits', 'float', 'credits', 'Provider credits that a run used')
      .record(usage.credits, tags);
  }
  log.info(`Run ended ${status}`, { durationMs: ms, code: error?.code, credits: usage.credits });
}
