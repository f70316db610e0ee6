import { setTimeout as sleep } from 'node:timers/promises';
import { defaultTimings } from '../../src/core/timings.js';
import type { Closing } from '../closing.js';
import { directly, startDirectly } from '../direct.js';
import type { OverheadOptions } from '../options.js';
import { printFigures } from '../print-figures.js';
import { quantile } from '../quantile.js';
import { say } from '../say.js';
import { openStage, type Party, partyOf, type Stage } from '../stage/stage.js';
import type { ByHand } from '../steps/by-hand.js';
import { bundleByHand } from '../steps/by-hand-bundle.js';
import { taskByHand } from '../steps/task-by-hand.js';
import { agentOf, lives, type PlannedRun } from '../task.js';
import { type Begun, type Ended, endDelays, startDelays } from './timing.js';

const provider = 'browserbase';
const warmUps = 8;
/** Milliseconds between two starts, so that no run waits for another. */
const gap = 250;

/**
 * Measures what Perdure adds to a start and to an end; the exit code. `bare` is the least that Temporal does for a start: a
 * workflow of a few lines whose first step is one activity with one request.
 */
export async function measureOverhead({ runs: count, json }: OverheadOptions, closing: Closing): Promise<number> {
  const stage = await openStage(provider, ['perdure', 'bare', 'direct'], closing);
  const perdure = partyOf(stage, 'perdure');
  const bare = partyOf(stage, 'bare');
  const direct = partyOf(stage, 'direct');
  const worker = await stage.startWorker(perdure, {});
  const bareWorker = await stage.startWorker(bare, { bundle: await bundleByHand(stage.home) });
  const runs = plan(stage, 'perdure', count);
  const bareRuns = plan(stage, 'bare', count);
  const directRuns = plan(stage, 'direct', count);
  await stage.simulator.add(...lives(provider, [...runs, ...bareRuns, ...directRuns]));
  say(
    `${count} direct calls, ${count} workflows by hand, then ${count} runs, after ${warmUps} of each that do not count`,
  );
  const called = (await callDirectly(stage, direct, directRuns)).slice(warmUps);
  const byHand = (await bareWorker.during(playByHand(bare, bareRuns))).slice(warmUps);
  const ended = (await worker.during(playRuns(perdure, runs))).slice(warmUps);
  const ledger = await stage.simulator.ledger();
  const starts = startDelays(ledger, ended);
  const bares = startDelays(ledger, byHand);
  const calls = startDelays(ledger, called);
  const ends = endDelays(ledger, ended, defaultTimings.cadence.first);
  const figures = {
    startP50Ms: quantile(starts, 0.5),
    startP99Ms: quantile(starts, 0.99),
    bareP50Ms: quantile(bares, 0.5),
    bareP99Ms: quantile(bares, 0.99),
    directP50Ms: quantile(calls, 0.5),
    directP99Ms: quantile(calls, 0.99),
    endP50Ms: quantile(ends, 0.5),
    endP99Ms: quantile(ends, 0.99),
  };
  printFigures(figures, json);
  return 0;
}

/** Runs of 3 to 6 seconds, of which no two end at the same point between two looks. */
function plan({ id }: Stage, name: string, count: number): PlannedRun[] {
  return Array.from({ length: count + warmUps }, (_, index) => ({
    key: `bench/${id}/${name}/${index}`,
    seconds: 3 + ((index * 977) % 3000) / 1000,
  }));
}

function callDirectly(stage: Stage, party: Party, runs: readonly PlannedRun[]): Promise<Begun[]> {
  return directly(stage, party, async (driver) => {
    const begun: Begun[] = [];
    for (const run of runs) {
      begun.push({ run, calledAt: Date.now() });
      await startDirectly(driver, run);
      await sleep(gap);
    }
    return begun;
  });
}

function playRuns({ perdure, account }: Party, runs: readonly PlannedRun[]): Promise<Ended[]> {
  return playInTurn(runs, (run) => perdure.start({ key: run.key, agent: agentOf(provider, run), account }));
}

function playByHand({ perdure, account, taskQueue }: Party, runs: readonly PlannedRun[]): Promise<Ended[]> {
  const { workflow } = perdure.temporal;
  return playInTurn(runs, (run) => {
    const args: [ByHand] = [taskByHand(account, [run])];
    return workflow.start<(task: ByHand) => Promise<number>>('byHand', { workflowId: run.key, taskQueue, args });
  });
}

/** Starts the runs one after the other, and waits until all have ended. */
async function playInTurn(
  runs: readonly PlannedRun[],
  start: (run: PlannedRun) => Promise<{ result(): Promise<unknown> }>,
): Promise<Ended[]> {
  const ended: Promise<Ended>[] = [];
  for (const run of runs) {
    const calledAt = Date.now();
    const handle = await start(run);
    const end = handle.result().then(() => ({ run, calledAt, returnedAt: Date.now() }));
    // Told where all are waited for.
    end.catch(() => undefined);
    ended.push(end);
    await sleep(gap);
  }
  return Promise.all(ended);
}
