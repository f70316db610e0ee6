import type { EndpointName, ProviderName } from '../core/endpoints.js';
import type { Account } from './account.js';
import type { RunPlan } from './plan.js';
import type { PlainQuestion } from './script.js';
import type { Session } from './session.js';

/** How a run ended. */
export interface RunEnd {
  readonly at: number;
  readonly state: 'completed' | 'failed' | 'timed-out' | 'cancelled';
  readonly message?: string;
  readonly code?: string;
}

/** A question that waits for its answer. */
export interface OpenQuestion {
  readonly id: string;
  readonly askedAt: number;
  readonly asked: PlainQuestion;
}

interface RunMessage {
  readonly id: string;
  readonly at: number;
  readonly role: 'assistant' | 'tool';
  readonly content: string | readonly Readonly<Record<string, unknown>>[];
}

/** A run at a provider: a script, what happened to it, and how far it has come. */
export interface Run {
  readonly id: string;
  readonly endpoint: EndpointName;
  readonly provider: ProviderName;
  readonly account: Account;
  readonly text: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** The task or agent that it is a run of. */
  readonly taskId?: string;
  readonly plan: RunPlan;
  readonly createdAt: number;
  /** Whether its end closes its session. */
  readonly closesSession: boolean;
  session?: Session;
  startedAt?: number;
  updatedAt: number;
  phase: 'queued' | 'working' | 'asking' | 'ended';
  /** Since when it works; `worked` is what was done before. */
  since: number;
  worked: number;
  asked: number;
  halted: boolean;
  stuck: boolean;
  question?: OpenQuestion;
  stopAt?: number;
  end?: RunEnd;
  readonly answers: unknown[];
  readonly messages: RunMessage[];
  /** Called back whenever something happened to it that its plan did not foresee. */
  readonly watchers: Set<() => void>;
}

/** Work done by now, in milliseconds. */
function workedBy(run: Run, now: number): number {
  const running = run.phase === 'working' && !run.halted && !run.stuck;
  return Math.min(running ? run.worked + Math.max(0, now - run.since) : run.worked, run.plan.lastsMs);
}

/** Steps made by now; none while it is queued. */
export function stepsBy(run: Run, now: number): number {
  const worked = workedBy(run, now);
  if (worked <= 0) return 0;
  const { lastsMs, steps } = run.plan;
  return Number.isFinite(lastsMs) ? Math.ceil((worked / lastsMs) * steps) : Math.ceil(worked / 2000);
}

interface Milestone {
  readonly at: number;
  readonly happens: (run: Run, at: number) => void;
}

/** When something will happen to the run by itself, and what; undefined when nothing will. */
function nextMilestone(run: Run): Milestone | undefined {
  if (run.end) return undefined;
  const own = ownMilestone(run);
  if (run.stopAt === undefined || (own && own.at <= run.stopAt)) return own;
  return { at: run.stopAt, happens: (stopped, at) => endRun(stopped, { at, state: 'cancelled', message: 'Stopped' }) };
}

function ownMilestone(run: Run): Milestone | undefined {
  if (run.stuck || run.halted) return undefined;
  switch (run.phase) {
    case 'queued':
      return { at: run.createdAt + run.plan.startsAfterMs, happens: begin };
    case 'asking': {
      const patience = run.question?.asked.patienceMs;
      return patience === undefined ? undefined : { at: (run.question?.askedAt ?? 0) + patience, happens: goOn };
    }
    case 'working':
      return nextWork(run);
    case 'ended':
      return undefined;
  }
}

function nextWork(run: Run): Milestone | undefined {
  const question = run.plan.asks[run.asked];
  const asks = question !== undefined;
  const target = Math.min(question?.afterMs ?? Infinity, run.plan.lastsMs);
  if (!Number.isFinite(target)) return undefined;
  return { at: run.since + Math.max(0, target - run.worked), happens: asks ? ask : finish };
}

function begin(run: Run, at: number): void {
  run.phase = 'working';
  run.startedAt = at;
  run.updatedAt = at;
  run.since = at;
  run.worked = Math.min(run.plan.startsAfterMs, run.plan.lastsMs);
  run.plan.onBegin(run, at);
}

function ask(run: Run, at: number): void {
  const asked = run.plan.asks[run.asked];
  if (!asked) return;
  run.worked = workedBy(run, at);
  run.asked += 1;
  run.phase = 'asking';
  run.updatedAt = at;
  run.question = { id: run.plan.newQuestionId(), askedAt: at, asked };
  run.plan.onAsk(run, at);
}

/** The agent works on, with an answer or without. */
export function goOn(run: Run, at: number): void {
  delete run.question;
  run.phase = 'working';
  run.since = at;
  run.updatedAt = at;
}

function finish(run: Run, at: number): void {
  const { ending } = run.plan;
  if (ending.kind === 'failed') endRun(run, { at, state: 'failed', message: ending.message, code: ending.code });
  else if (ending.kind === 'timed-out') endRun(run, { at, state: 'timed-out', message: 'Timed out' });
  else endRun(run, { at, state: ending.kind, ...(ending.kind === 'cancelled' ? { message: 'Cancelled' } : {}) });
}

interface Ending {
  readonly at: number;
  readonly state: RunEnd['state'];
  readonly message?: string | undefined;
  readonly code?: string | undefined;
}

/** Ends the run once; a second end changes nothing. */
export function endRun(run: Run, { at, state, message, code }: Ending): void {
  if (run.end) return;
  run.worked = workedBy(run, at);
  run.phase = 'ended';
  run.updatedAt = at;
  delete run.question;
  run.end = { at, state, ...(message === undefined ? {} : { message }), ...(code === undefined ? {} : { code }) };
  run.account.liveRuns.delete(run);
  run.plan.onEnd(run, at);
  wakeWatchers(run);
}

/** Tells those who wait for the run that its future has changed. */
export function wakeWatchers(run: Run): void {
  for (const watcher of [...run.watchers]) watcher();
}

/** Lets happen to the run by itself what was due by `until`. */
export function advanceRun(run: Run, until: number): void {
  for (let next = nextMilestone(run); next && next.at <= until; next = nextMilestone(run)) next.happens(run, next.at);
}

/** When something will next happen to the run by itself. */
export function nextChangeOf(run: Run): number | undefined {
  return nextMilestone(run)?.at;
}

/** Stops or lets go on the agent's work by the caller's wish. */
export function halt(run: Run, halted: boolean, at: number): void {
  if (run.halted === halted) return;
  run.worked = workedBy(run, at);
  run.since = at;
  run.halted = halted;
  run.updatedAt = at;
  wakeWatchers(run);
}
