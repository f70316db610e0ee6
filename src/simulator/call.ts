import type { EndpointName } from '../core/endpoints.js';
import type { Account } from './account.js';
import type { Shape } from './shape.js';
import type { RequestEntry } from './ledger.js';
import type { Operation } from './operation.js';
import { Refusal, type Reply } from './reply.js';
import type { Run } from './run.js';
import type { Session } from './session.js';
import type { World } from './world.js';

/** An admitted request, as a route sees it. */
export interface Call {
  readonly world: World;
  readonly account: Account;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** Checked against the route's shape; `{}` where none was sent. */
  readonly body: Readonly<Record<string, unknown>>;
  readonly entry: RequestEntry;
  /** Settles when the caller has hung up. */
  readonly hungUp: Promise<void>;
  /** Says that the effect is there although the answer is not; only for calls that block. */
  readonly effected: () => Promise<void>;
}

/** One operation of a provider. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** With `:name` for each part that varies. */
  readonly path: string;
  readonly operation: Operation;
  readonly endpoint?: EndpointName;
  readonly body?: Shape;
  /** Whether a signature in the URL stands for the key; its path names the session. */
  readonly signed?: boolean;
  readonly handle: (call: Call) => Reply | Promise<Reply>;
}

export const param = (call: Call, name: string): string => call.params[name] ?? '';

/** The caller's own run of that endpoint, brought up to now; else 404. */
export function runOf(call: Call, id: string, endpoint: EndpointName): Run {
  const run = call.world.runs.get(id);
  if (!run || run.account !== call.account || run.endpoint !== endpoint) throw new Refusal(404, 'Run not found');
  call.entry.runId = run.id;
  call.world.settle(run);
  return run;
}

/** The caller's own session, brought up to now; else 404. */
export function sessionOf(call: Call, id: string): Session {
  const session = call.world.sessions.get(id);
  if (!session || session.account !== call.account) throw new Refusal(404, 'Session not found');
  call.entry.sessionId = session.id;
  call.world.settleSession(session);
  return session;
}

/** The caller's own session if it lives; 400 when it has ended. */
export function liveSessionOf(call: Call, id: string): Session {
  const session = sessionOf(call, id);
  if (session.end) throw new Refusal(400, 'Session is not running');
  return session;
}

/** A whole number of the query within bounds, or its default; else 400. */
export function wholeNumber(
  call: Call,
  name: string,
  bounds: { low: number; high: number; otherwise: number },
): number {
  const text = call.query.get(name);
  if (text === null) return bounds.otherwise;
  const value = Number(text);
  if (Number.isInteger(value) && value >= bounds.low && value <= bounds.high) return value;
  throw new Refusal(400, `${name} must be a whole number from ${bounds.low} to ${bounds.high}`);
}

/** A time of the query as milliseconds, or undefined; 400 when it is none. */
export function instant(call: Call, name: string): number | undefined {
  const text = call.query.get(name);
  if (text === null) return undefined;
  const value = Date.parse(text);
  if (Number.isNaN(value)) throw new Refusal(400, `${name} must be an RFC 3339 date-time`);
  return value;
}

export const isoTime = (at: number): string => new Date(at).toISOString();
