import type { ProviderName } from '../core/endpoints.js';
import type { Account } from './account.js';
import type { SessionEndEffect } from './behaviour.js';
import { advanceRun, endRun, nextChangeOf, type Run, wakeWatchers } from './run.js';

/** A browser session at a provider. */
export interface Session {
  readonly id: string;
  readonly provider: ProviderName;
  readonly account: Account;
  readonly createdAt: number;
  /** The body that it was made with. */
  readonly configuration: Readonly<Record<string, unknown>>;
  tags: readonly string[];
  /** Opened by the provider for a run. */
  readonly byProvider: boolean;
  /** Milliseconds; Infinity when off. */
  readonly maxMs: number;
  readonly idleMs: number;
  /** Part of the live view's address. */
  readonly viewToken: string;
  readonly oneTimeView: boolean;
  views: number;
  touchedAt: number;
  readonly runs: Run[];
  end?: SessionEnd;
}

export interface SessionEnd {
  readonly at: number;
  readonly by: 'delete' | 'max-duration' | 'idle' | 'run' | 'release' | 'time-out';
}

/** What the providers decide about a session whose runs are still going. */
export interface SessionRules {
  readonly endEffect: SessionEndEffect;
  readonly agentIsActivity: boolean;
}

/** Lets happen to the session and the runs in it what was due by `now`, in the order in which it was due. */
export function settleSession(session: Session, now: number, rules: SessionRules): void {
  while (!session.end) {
    const step = Math.min(now, session.createdAt + session.maxMs, nextChange(session));
    for (const run of session.runs) if (!run.end) advanceRun(run, step);
    const end = ownEnd(session, step, rules);
    if (end) endSession(session, end, rules);
    else if (step >= now) break;
  }
  for (const run of session.runs) if (!run.end) advanceRun(run, now);
}

function nextChange(session: Session): number {
  let next = Infinity;
  for (const run of session.runs) next = Math.min(next, (run.end ? undefined : nextChangeOf(run)) ?? Infinity);
  return next;
}

/** The end that the session meets by itself by `now`. */
function ownEnd(session: Session, now: number, rules: SessionRules): SessionEnd | undefined {
  const closing = session.runs.find((run) => run.end && run.closesSession);
  if (closing?.end) return { at: closing.end.at, by: 'run' };
  const counts = rules.agentIsActivity || session.byProvider;
  const busy = counts && session.runs.some((run) => !run.end);
  const lastRun = counts ? Math.max(0, ...session.runs.map((run) => run.end?.at ?? 0)) : 0;
  const idleAt = busy ? Infinity : Math.max(session.touchedAt, lastRun) + session.idleMs;
  const maxAt = session.createdAt + session.maxMs;
  if (Math.min(idleAt, maxAt) > now) return undefined;
  return idleAt < maxAt ? { at: idleAt, by: 'idle' } : { at: maxAt, by: 'max-duration' };
}

/** Ends the session and does to the runs in it what the rules say; at Browserbase a run ends with the longest time of its session. */
export function endSession(session: Session, end: SessionEnd, rules: Pick<SessionRules, 'endEffect'>): void {
  if (session.end) return;
  session.end = end;
  session.account.liveSessions.delete(session);
  const timesOut = end.by === 'max-duration' && session.provider === 'browserbase';
  for (const run of session.runs) {
    if (run.end) continue;
    const message = 'The browser session has ended';
    if (timesOut) endRun(run, { at: end.at, state: 'timed-out', message });
    else if (rules.endEffect === 'fails-run')
      endRun(run, { at: end.at, state: 'failed', message, code: 'SESSION_ENDED' });
    else if (rules.endEffect === 'cancels-run') endRun(run, { at: end.at, state: 'cancelled', message });
    else run.stuck = rules.endEffect === 'run-stuck';
    wakeWatchers(run);
  }
}

/** When something will next happen to the run or to its session by itself. */
export function nextChangeWithin(run: Run): number | undefined {
  const own = nextChangeOf(run) ?? Infinity;
  const session = run.session;
  const others = session && !session.end ? Math.min(session.createdAt + session.maxMs, nextChange(session)) : Infinity;
  const next = Math.min(own, others);
  return Number.isFinite(next) ? next : undefined;
}
