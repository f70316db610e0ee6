import { type ProviderName, providerOf } from '../../src/core/endpoints.js';
import type { RunRecord } from '../../src/simulator/ledger.js';
import type { Evidence, Finding } from './evidence.js';

/** After these nobody can say who has a slot: a reset run does not know what it did, and a lowered limit ends nobody. */
const excuses = ['reset', 'limit-lowered'];

/** No more runs of an account live at once than it allows, as long as each run knows whether it lives. */
export function judgeLimits(evidence: Evidence): Finding[] {
  return (['anchor', 'browserbase'] as const).flatMap((provider) => {
    const limit = evidence.weather.limits[provider]?.concurrentRuns;
    if (limit === undefined || isExcused(evidence, provider)) return [];
    const most = mostAtOnce(runsOf(evidence, provider));
    if (most <= limit) return [];
    const what = `${most} runs of ${provider} lived at once, where ${limit} may`;
    return [{ key: 'overLimit' as const, run: `seed ${evidence.seed}`, what }];
  });
}

function isExcused({ runs, weather }: Evidence, provider: ProviderName): boolean {
  const own = runs.filter(({ plan }) => providerOf(plan.endpoint) === provider);
  const done = [...own.flatMap((run) => run.done), ...weather.done];
  // A start that was lost may show while the slot goes on to the next.
  const lost = own.some(
    ({ outcome }) => !outcome || outcome.attempts.some(({ outcome: of }) => of === 'unknown' || of === 'adopted'),
  );
  const unclean = own.some(({ outcome }) => outcome?.cleanup.confirmed === false);
  return lost || unclean || done.some((each) => excuses.includes(each));
}

function runsOf({ ledger, runs }: Evidence, provider: ProviderName): RunRecord[] {
  const names = runs.map(({ plan }) => plan.name);
  return ledger.runs.filter((run) => run.provider === provider && names.some((name) => run.text.includes(name)));
}

/** The most of these runs that lived at once. */
export function mostAtOnce(runs: readonly RunRecord[]): number {
  const changes = runs.flatMap(({ startedAt, endedAt = Number.POSITIVE_INFINITY }) => [
    { at: startedAt, by: 1 },
    { at: endedAt, by: -1 },
  ]);
  let live = 0;
  let most = 0;
  // What ends and what begins in the same instant do not live together.
  for (const { by } of changes.toSorted((a, b) => a.at - b.at || a.by - b.by)) {
    live += by;
    most = Math.max(most, live);
  }
  return most;
}
