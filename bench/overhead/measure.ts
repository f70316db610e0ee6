import { setTimeout as sleep } from 'node:timers/promises';
import { defaultTimings } from '../../src/core/timings.js';
import { createProvider } from '../../src/providers/index.js';
import { BenchError } from '../bench-error.js';
import type { Closing } from '../closing.js';
import type { OverheadOptions } from '../options.js';
import { quantile } from '../quantile.js';
import { say } from '../say.js';
import { openStage, type Party, type Stage } from '../stage/stage.js';
import { agentOf, lives, type PlannedRun } from '../task.js';
import { type Begun, type Ended, endDelays, startDelays } from './timing.js';

const provider = 'browserbase';
const warmUps = 8;
/** Milliseconds between two starts, so that no run waits for another. */
const gap = 250;

/** Measures what Perdure adds to a start and to an end; the exit code. */
export async function measureOverhead({ runs: count, json }: OverheadOptions, closing: Closing): Promise<number> {
  const stage = await openStage(provider, ['perdure', 'direct'], closing);
  const [perdure, direct] = [partyOf(stage, 'perdure'), partyOf(stage, 'direct')];
  const worker = await stage.startWorker(perdure, {});
  const runs = { perdure: plan(stage, 'perdure', count), direct: plan(stage, 'direct', count) };
  await stage.simulator.add(...lives(provider, [...runs.perdure, ...runs.direct]));
  say(`${count} direct calls, then ${count} runs, after ${warmUps} of each that do not count`);
  const called = (await callDirectly(stage, direct, runs.direct)).slice(warmUps);
  const ended = (await worker.during(playRuns(perdure, runs.perdure))).slice(warmUps);
  const ledger = await stage.simulator.ledger();
  const starts = startDelays(ledger, ended);
  const calls = startDelays(ledger, called);
  const ends = endDelays(ledger, ended, defaultTimings.cadence.first);
  const figures = {
    startP50Ms: quantile(starts, 0.5),
    startP99Ms: quantile(starts, 0.99),
    directP50Ms: quantile(calls, 0.5),
    directP99Ms: quantile(calls, 0.99),
    endP50Ms: quantile(ends, 0.5),
    endP99Ms: quantile(ends, 0.99),
  };
  process.stdout.write(`${JSON.stringify(figures, undefined, json ? undefined : 2)}\n`);
  return 0;
}

function partyOf({ parties }: Stage, name: string): Party {
  const party = parties.get(name);
  if (party) return party;
  throw new BenchError(`Nobody is called ${name}.`);
}

/** Runs of 3 to 6 seconds, of which no two end at the same point between two looks. */
function plan({ id }: Stage, name: string, count: number): PlannedRun[] {
  return Array.from({ length: count + warmUps }, (_, index) => ({
    key: `bench/${id}/${name}/${index}`,
    seconds: 3 + ((index * 977) % 3000) / 1000,
  }));
}

/** Starts runs by the client that Perdure's worker uses, and nothing else. */
async function callDirectly({ simulator }: Stage, { account, apiKey }: Party, runs: readonly PlannedRun[]) {
  const baseUrl = simulator.browserbaseUrl;
  const direct = createProvider({ name: account, provider, apiKey, baseUrl });
  const begun: Begun[] = [];
  try {
    const driver = direct.driver('browserbase.agentRun');
    for (const run of runs) {
      const { input } = agentOf(provider, run);
      if (!('task' in input)) throw new BenchError('A run at Browserbase has a task.');
      begun.push({ run, calledAt: Date.now() });
      await driver.start({ input: { task: input.task } }, { timeoutMs: defaultTimings.startRequest });
      await sleep(gap);
    }
    return begun;
  } finally {
    await direct.close();
  }
}

async function playRuns({ perdure, account }: Party, runs: readonly PlannedRun[]): Promise<Ended[]> {
  const ended: Promise<Ended>[] = [];
  for (const run of runs) {
    const calledAt = Date.now();
    const handle = await perdure.start({ key: run.key, agent: agentOf(provider, run), account });
    const end = handle.result().then(() => ({ run, calledAt, returnedAt: Date.now() }));
    // Told where all are waited for.
    end.catch(() => undefined);
    ended.push(end);
    await sleep(gap);
  }
  return Promise.all(ended);
}
