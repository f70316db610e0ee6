import type { ProviderName } from '../core/endpoints.js';
import type { AccountLimits } from './behaviour.js';
import type { Run } from './run.js';
import type { Session } from './session.js';

/** What belongs to one key at one provider; another key sees none of it. */
export interface Account {
  readonly provider: ProviderName;
  /** `anchor-1` for the first Anchor key, and so on. */
  readonly label: string;
  readonly key: string;
  readonly runs: Run[];
  readonly sessions: Session[];
  /** Sessions by each of their tags. */
  readonly tagged: Map<string, Set<Session>>;
  readonly liveRuns: Set<Run>;
  readonly liveSessions: Set<Session>;
  /** Times of starts and of requests in the last minute. */
  readonly starts: number[];
  readonly requests: number[];
  limits: AccountLimits;
}

export function openAccount(provider: ProviderName, key: string, place: number): Account {
  return {
    provider,
    label: `${provider}-${place}`,
    key,
    runs: [],
    sessions: [],
    tagged: new Map(),
    liveRuns: new Set(),
    liveSessions: new Set(),
    starts: [],
    requests: [],
    limits: {},
  };
}

/** What is left of a limit per minute. */
export interface Allowance {
  readonly limit: number;
  readonly remaining: number;
  /** Seconds until the next one is free; 0 while some are left. */
  readonly resetSeconds: number;
}

/** Forgets what is older than a minute and says what is left. */
export function allowance(times: number[], limit: number, now: number): Allowance {
  const old = times.findIndex((time) => time > now - 60_000);
  times.splice(0, old < 0 ? times.length : old);
  const first = times[0];
  const full = times.length >= limit;
  return {
    limit,
    remaining: Math.max(0, limit - times.length),
    resetSeconds: full ? Math.max(1, Math.ceil(((first ?? now) + 60_000 - now) / 1000)) : 0,
  };
}
