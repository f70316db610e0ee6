import { type Account, allowance, type Allowance } from './account.js';
import { Refusal } from './reply.js';
import { stepsBy } from './run.js';
import type { World } from './world.js';

/** Refuses a request beyond the account's requests a minute. Neither provider documents such a limit; it is off by default. */
export function admitRequest(world: World, account: Account): void {
  const { requestsPerMinute } = account.limits;
  if (requestsPerMinute === undefined) return;
  const left = allowance(account.requests, requestsPerMinute, world.now);
  if (left.remaining === 0) throw tooMany(account, left);
  account.requests.push(world.now);
}

/** Refuses a start without credits, and a Browserbase run beyond the account's limits. */
export function admitStart(world: World, account: Account): void {
  const { credits } = account.limits;
  if (credits !== undefined && spentCredits(world, account) >= credits) throw new Refusal(402, 'No credits left');
  if (account.provider === 'browserbase') admitOneMore(world, account);
}

/** Refuses an Anchor session beyond the account's limits and credits. */
export function admitSession(world: World, account: Account): void {
  admitStart(world, account);
  admitOneMore(world, account);
}

function admitOneMore(world: World, account: Account): void {
  const { startsPerMinute, concurrent } = account.limits;
  const left = allowance(account.starts, startsPerMinute ?? Infinity, world.now);
  if (left.remaining === 0) throw tooMany(account, left);
  if (concurrent !== undefined) {
    world.settleAll(account);
    const live = account.provider === 'anchor' ? account.liveSessions.size : account.liveRuns.size;
    if (live >= concurrent) throw tooMany(account, { limit: concurrent, remaining: 0, resetSeconds: 5 });
  }
  if (startsPerMinute !== undefined) account.starts.push(world.now);
}

function tooMany(account: Account, left: Allowance): Refusal {
  return new Refusal(429, 'Too many requests', limitHeaders(account, left));
}

function limitHeaders({ provider }: Account, { limit, remaining, resetSeconds }: Allowance): Record<string, string> {
  const wait = { 'Retry-After': String(resetSeconds) };
  if (provider === 'anchor') {
    const policy = `"${limit}-in-1min"`;
    return {
      RateLimit: `${policy}; r=${remaining}; t=${resetSeconds}`,
      'RateLimit-Policy': `${policy}; q=${limit}; w=60`,
      ...wait,
    };
  }
  return {
    'x-ratelimit-limit': String(limit),
    'x-ratelimit-remaining': String(remaining),
    'x-ratelimit-reset': String(resetSeconds),
    ...wait,
  };
}

/** Credits that the account's runs have taken by now. */
export function spentCredits(world: World, account: Account): number {
  world.settleAll(account);
  return rounded(account.runs.reduce((sum, run) => sum + creditsOf(world, run), 0));
}

export function creditsOf(world: World, run: Account['runs'][number]): number {
  const { steps, credits } = run.plan;
  const made = stepsBy(run, world.now);
  return rounded(steps > 0 ? (credits * made) / steps : made / 100);
}

const rounded = (value: number): number => Math.round(value * 1e6) / 1e6;
