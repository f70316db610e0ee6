import { lostStarts } from './batch.js';
import type { AgentSpec } from './builders.js';
import { type Amounts, budgetKinds, type Cost } from './budget.js';
import { type EndpointName, providerOf } from './endpoints.js';
import type { Outcome, Usage } from './run.js';
import type { Timings } from './timings.js';

/** What providers charge, in the unit of the budgets. Neither publishes a price that holds for every plan. */
export interface Prices {
  /**
   * `perCredit`: of one credit; `creditsPerStep`: the most credits that one step of an agent takes, by which a step is
   * bounded beforehand.
   */
  anchor?: { perCredit: number; creditsPerStep?: number };
  /** Of an hour of a browser. */
  browserbase?: { perBrowserHour: number };
}

const hour = 3_600_000;
const minute = 60_000;

/** What a run may cost at most, by its bounds and the prices; what its step reserves goes before. */
export function costOf(
  { agent, timings, prices }: { agent: AgentSpec; timings: Timings; prices: Prices },
  reserve: Amounts = {},
): Cost {
  const ms = timings.deadline / timings.scale;
  const steps = 'max_steps' in agent.input ? agent.input.max_steps : undefined;
  const bounds = { runs: 1, minutes: ms / minute, ...(steps !== undefined && { steps }) };
  if (providerOf(agent.endpoint) === 'browserbase') {
    const perHour = prices.browserbase?.perBrowserHour;
    if (perHour === undefined) return { most: most(bounds, reserve) };
    return { most: most({ ...bounds, money: (ms / hour) * perHour }, reserve), perHour };
  }
  const { perCredit, creditsPerStep } = prices.anchor ?? {};
  const money = times(steps, creditsPerStep, perCredit);
  return {
    most: most({ ...bounds, ...(money !== undefined && { money }) }, reserve),
    ...(perCredit !== undefined && { perCredit }),
  };
}

function most(bounds: Amounts, reserve: Amounts): Amounts {
  const amounts = budgetKinds.map((kind) => [kind, reserve[kind] ?? bounds[kind]] as const);
  return Object.fromEntries(amounts.filter(([, amount]) => amount !== undefined));
}

function times(...factors: (number | undefined)[]): number | undefined {
  return factors.reduce<number | undefined>((product, factor) => {
    return product === undefined || factor === undefined ? undefined : product * factor;
  }, 1);
}

/**
 * What a run has cost by these prices, in their unit; undefined where its provider does not say what was used, or where
 * there is no price of it.
 */
export function moneyOf(
  endpoint: EndpointName,
  { credits, steps, seconds }: Usage,
  prices: Prices,
): number | undefined {
  const { anchor, browserbase } = prices;
  if (providerOf(endpoint) === 'browserbase') {
    return times(seconds === undefined ? undefined : (seconds * 1000) / hour, browserbase?.perBrowserHour);
  }
  return times(credits, anchor?.perCredit) ?? times(steps, anchor?.creditsPerStep, anchor?.perCredit);
}

/** What a run has used so far, and the outcome once it has one. */
export interface Spent {
  endpoint: EndpointName;
  usage: Usage;
  outcome?: Pick<Outcome, 'attempts'> | undefined;
}

/** What a run has cost, in words for people. */
export function costText({ endpoint, usage, outcome }: Spent, prices: Prices): string {
  const money = moneyOf(endpoint, usage, prices);
  if (money === undefined) return whyUnpriced(endpoint, prices);
  const lost = outcome ? lostStarts(outcome) : 0;
  // By the most that a step takes, where the provider tells of steps alone.
  const bound = providerOf(endpoint) === 'anchor' && usage.credits === undefined ? 'at most ' : '';
  const parts = [
    `${bound}${Math.round(money * 10_000) / 10_000} by the configured prices`,
    ...(lost > 0 ? [`not counting ${lost === 1 ? 'a start that was lost' : `${lost} starts that were lost`}`] : []),
    ...(outcome ? [] : ['so far']),
  ];
  return parts.join(', ');
}

function whyUnpriced(endpoint: EndpointName, { anchor, browserbase }: Prices): string {
  const [price, name] =
    providerOf(endpoint) === 'browserbase'
      ? ([browserbase?.perBrowserHour, 'prices.browserbase.perBrowserHour'] as const)
      : ([anchor?.perCredit, 'prices.anchor.perCredit'] as const);
  return price === undefined ? `not known: ${name} is not configured` : 'not known: its provider does not say';
}
