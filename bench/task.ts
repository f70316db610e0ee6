import { type AgentSpec, anchor, browserbase } from '../src/core/builders.js';
import type { EndpointName, ProviderName } from '../src/core/endpoints.js';
import { type RunRecord, script, type ScriptBuilder } from '../src/simulator/index.js';

/** A run that the bench starts. */
export interface PlannedRun {
  key: string;
  /** How long it lasts at the provider. */
  seconds: number;
}

const lasting = (seconds: number) => `lasts ${seconds} s.`;

/** The agent of a run, whose text says which run it is and how long it lasts. */
export function agentOf(provider: ProviderName, { key, seconds }: PlannedRun): AgentSpec {
  const text = `Bench ${key}; ${lasting(seconds)}`;
  return provider === 'anchor' ? anchor.webTask({ prompt: text }) : browserbase.agentRun({ task: text });
}

/** The key of a run, from the text that its provider was given. */
export function keyIn(text: string): string | undefined {
  return /Bench (\S+);/.exec(text)?.[1];
}

/** When each run ended at its provider, in epoch milliseconds, by its key. */
export function endsByKey(runs: readonly RunRecord[]): Map<string, number> {
  const ends = new Map<string, number>();
  for (const { text, endedAt } of runs) {
    const key = keyIn(text);
    if (key !== undefined && endedAt !== undefined) ends.set(key, endedAt);
  }
  return ends;
}

/** A fraction whose multiples are spread evenly over every range. */
const golden = 0.618_033_988_7;

/** Runs whose lengths are spread evenly over a range of seconds; the same each time. */
export function spreadRuns(prefix: string, count: number, { from, to }: { from: number; to: number }): PlannedRun[] {
  const tenths = 10 * (to - from);
  return Array.from({ length: count }, (_, index) => {
    const longer = Math.floor(((index * golden) % 1) * tenths);
    return { key: `${prefix}/${index}`, seconds: (10 * from + longer) / 10 };
  });
}

/** Has the simulated provider let each run last as long as its text says. */
export function lives(provider: ProviderName, runs: readonly PlannedRun[]): ScriptBuilder[] {
  const on: EndpointName = provider === 'anchor' ? 'anchor.webTask' : 'browserbase.agentRun';
  const lengths = new Set(runs.map(({ seconds }) => seconds));
  return [...lengths].map((seconds) =>
    script(on, { text: lasting(seconds) })
      .lasts(seconds * 1000)
      .returns({ done: true }),
  );
}
