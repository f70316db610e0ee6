import type { ProviderName } from '../../src/core/endpoints.js';
import type { Limits } from '../../src/core/admission.js';
import { createRandom, hash, type Random } from '../../src/simulator/random.js';

/** What befalls what the runs of an account share. */
export const weatherKinds = [
  'watchers-terminated',
  'watchers-reset',
  'account-terminated',
  'account-reset',
  'limit-lowered',
  'withdrawn',
  'tick-lost',
  'news-lost',
  'grant-lost',
  'storm',
] as const;

export type WeatherKind = (typeof weatherKinds)[number];

/** An event of the weather, when the provider is asked about how runs stand for the nth time. */
export interface WeatherEvent {
  kind: WeatherKind;
  provider: ProviderName;
  nth: number;
}

/** The weather of a seed. */
export interface Weather {
  /** What Perdure's accounts allow. */
  limits: Partial<Record<ProviderName, Limits>>;
  /** What the provider itself allows, where that is less: somebody else uses the account, too. */
  truth?: { provider: ProviderName; concurrent: number };
  /** Whether what runs share continues as new every few events. */
  restless: boolean;
  /** Whether those who start the runs know of the limits. */
  hinted: boolean;
  events: WeatherEvent[];
}

/** Nothing befalls what runs share. */
export const calm: Weather = { limits: {}, restless: false, hinted: false, events: [] };

const providers: readonly ProviderName[] = ['anchor', 'browserbase'];

/** The weather of a seed: drawn by itself, so that the programs stay what they were without it. */
export function planWeather(seed: number): Weather {
  const random = createRandom(hash('weather', seed));
  const limits: Weather['limits'] = {};
  for (const provider of providers) {
    if (random.next() < 0.35) limits[provider] = { concurrentRuns: 1 + random.below(2) };
  }
  // At Anchor it would refuse the sessions that callers open, too.
  const scarce = limits.browserbase?.concurrentRuns === 2;
  return {
    limits,
    ...(scarce && random.next() < 0.5 && { truth: { provider: 'browserbase' as const, concurrent: 1 } }),
    restless: random.next() < 0.3,
    hinted: random.next() < 0.5,
    events: planEvents(random, seed, limits),
  };
}

function planEvents(random: Random, seed: number, limits: Weather['limits']): WeatherEvent[] {
  const count = random.below(3);
  return Array.from({ length: count }, (_, index) => {
    const kind = weatherKinds[(seed * 3 + index) % weatherKinds.length] ?? 'tick-lost';
    const limited = providers.filter((provider) => limits[provider]);
    const wanted = needsLimits(kind) && limited.length > 0 ? limited : providers;
    return { kind, provider: random.pick(wanted) ?? 'anchor', nth: 1 + random.below(4) };
  });
}

function needsLimits(kind: WeatherKind): boolean {
  return kind.startsWith('account') || kind === 'limit-lowered' || kind === 'grant-lost';
}
