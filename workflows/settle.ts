import { condition, sleep, workflowInfo } from '@temporalio/workflow';
import type { FenceReport } from '../activities/fence.js';
import { traceOf } from '../src/core/builders.js';
import { questionId } from '../src/core/question.js';
import type { Fence, OnUnknownStart, OutcomeError } from '../src/core/run.js';
import type { RunState } from './run-state.js';
import { tellLost } from './run-telling.js';
import { unlessLost } from './unless-lost.js';
import { adoptionQuestion, readDecision, refuseDecision } from './start-question.js';

/** What is to be done about a start of which nobody knows what became. */
export type Settled = { kind: 'adopted' } | { kind: 'again' } | { kind: 'unknown'; error: OutcomeError };

/** A start whose answer is missing. */
export interface LostStart {
  error: OutcomeError;
  /** Epoch milliseconds until when a worker that was lost may still send it; undefined when it can't any more. */
  mayBeSentUntil?: number;
  /** The execution that follows a reset: it may have been any start of this run, and one may still be on its way. */
  reset?: string;
}

/** Finds a lost start, or fences it off, or asks, before anything is started a second time. */
export async function settle(run: RunState, lost: LostStart): Promise<Settled> {
  tellLost(run);
  run.enter('starting', true);
  const { sendWindow, startRequest } = run.input.timings;
  const until = lost.reset === undefined ? lost.mayBeSentUntil : Date.now() + sendWindow + startRequest;
  const found = await proofOf(run, { ...lost, mayBeSentUntil: until });
  if (found === 'adopted') return { kind: 'adopted' };
  const again = found === 'not-started' ? 'again' : decisionOf(run);
  if (!run.mayStartAgain() || again === 'fail') return { kind: 'unknown', error: lost.error };
  return again === 'again' ? { kind: 'again' } : ask(run, lost.error);
}

type Proof = 'adopted' | 'not-started' | 'open';

function proofOf(run: RunState, lost: LostStart): Promise<Proof> {
  const trace = traceOf(run.input.agent, run.handle.ownsSession);
  if (trace === 'mark') return find(run, lost);
  if (trace === 'session') return fence(run, lost);
  noteFence(run, 'none');
  return waitUntilSent(lost).then(() => 'open');
}

/** Nothing may be concluded from an absence while a lost worker might still send. */
async function waitUntilSent({ mayBeSentUntil }: LostStart): Promise<void> {
  const left = (mayBeSentUntil ?? 0) - Date.now();
  if (left > 0) await sleep(left);
}

async function find(run: RunState, lost: LostStart): Promise<Proof> {
  const { account, agent, timings } = run.input;
  const sendable = Math.max(0, (lost.mayBeSentUntil ?? 0) - Date.now());
  const report = await unlessLost(
    run.activities.perdureFind({
      account,
      endpoint: agent.endpoint,
      mark: run.handle.mark,
      anyGeneration: lost.reset !== undefined,
      agentId: 'agentId' in agent.input ? agent.input.agentId : undefined,
      since: run.since,
      forMs: sendable + timings.settle,
      timings,
    }),
  );
  const { runId, generation, others = [] } = report ?? {};
  run.noteEarlier([generation, ...others.map((other) => other.generation)]);
  noteFence(run, 'none');
  if (runId === undefined) return 'open';
  adopt(run, runId, 'The answer to the start was lost; the run was found by its mark.');
  run.noteLate(others.filter((other) => other.generation !== generation));
  for (const { generation: of, mark, runId: id, ended } of others) {
    if (of !== generation) continue;
    run.attempts.at(-1)?.notes.push(`A second run with the same mark was ${ended ? 'ended' : 'asked to stop'}: ${id}.`);
    if (!ended) run.lateMarks.add(mark);
  }
  return 'adopted';
}

async function fence(run: RunState, lost: LostStart): Promise<Proof> {
  const { account, agent, timings } = run.input;
  await waitUntilSent(lost);
  const report = await unlessLost(
    run.activities.perdureFence({
      account,
      endpoint: agent.endpoint,
      handle: run.handle,
      anyGeneration: lost.reset !== undefined,
      since: run.since,
      forMs: timings.settle,
      timings,
    }),
  );
  run.noteEarlier(report?.generations ?? []);
  noteFence(run, report?.fence ?? 'none');
  return report && provesNoStart(report) ? 'not-started' : 'open';
}

function provesNoStart({ fence: state, worked }: FenceReport): boolean {
  return state === 'confirmed' && worked === false;
}

/** How well the starts are fenced off that nothing was known of until now. */
function noteFence({ attempts }: RunState, fence: Fence): void {
  for (const attempt of attempts) if (attempt.outcome === 'unknown') attempt.fence ??= fence;
}

function decisionOf({ input, handle }: RunState): OnUnknownStart {
  // A second agent in a session of the caller's would meet the first one there.
  const callers = !handle.ownsSession && handle.sessionId !== undefined && !handle.runId;
  return input.onUnknownStart === 'again' && callers ? 'ask' : input.onUnknownStart;
}

/** Takes a run at the provider for this one. */
export function adopt(run: RunState, runId: string, note: string): void {
  const [id = runId, taskId = run.handle.taskId] = runId.split('/').reverse();
  run.handle = { ...run.handle, runId: id, taskId };
  const attempt = run.attempts.at(-1);
  if (!attempt) return;
  attempt.outcome = 'adopted';
  attempt.runId = id;
  attempt.notes.push(note);
}

async function ask(run: RunState, error: OutcomeError): Promise<Settled> {
  const { generation, mark, sessionId } = run.handle;
  const { endpoint } = run.input.agent;
  const deadline = Date.now() + run.input.timings.ask;
  const { startedAt } = run.attempts.at(-1) ?? {};
  const provider = adoptionQuestion(endpoint, { generation, mark, sessionId, startedAt, problem: error.message });
  const title = 'Nobody knows whether the run was started';
  run.ask({ provider, kind: 'start', title }, deadline, (answer) => refuseDecision(endpoint, answer));
  run.enter('waiting-for-person');
  while (await condition(() => run.questions.hasTaken(), Math.max(1, deadline - Date.now()))) {
    const taken = run.questions.nextTaken();
    const decision = taken && readDecision(taken.answer);
    if (!taken || !decision) {
      if (taken) run.questions.settle(taken.id, 'open');
      continue;
    }
    run.questions.settle(taken.id, 'applied');
    if (decision.kind === 'adopt') adopt(run, decision.runId, 'A person named the run.');
    if (decision.kind === 'again') run.attempts.at(-1)?.notes.push('A person had it started again.');
    return decision.kind === 'give-up'
      ? { kind: 'unknown', error }
      : { kind: decision.kind === 'adopt' ? 'adopted' : 'again' };
  }
  run.questions.expire(questionId(workflowInfo().workflowId, provider.providerId), new Date().toISOString());
  return { kind: 'unknown', error };
}
