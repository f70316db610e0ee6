import { setTimeout as sleep } from 'node:timers/promises';
import { inTurns } from '../../src/core/in-turns.js';
import type { ProviderName } from '../../src/core/endpoints.js';
import { runWorkflowId } from '../../src/core/names.js';
import { waitUntil } from '../patience.js';
import { say } from '../say.js';
import type { Party, Stage } from '../stage/stage.js';
import { agentOf, type PlannedRun } from '../task.js';

/** Runs that are started together and waited for. */
export interface Crowd {
  party: Party;
  provider: ProviderName;
  label: string;
  /** What all of their keys begin with, and nobody else's. */
  prefix: string;
  runs: readonly PlannedRun[];
  /** Milliseconds between two looks; undefined: the default cadence, which grows. */
  cadence?: number;
}

const startsAtOnce = 20;
/** Starts that the provider has not received yet: more would wait beyond the window that a start has. */
const mostAhead = 100;
const betweenWords = 5_000;
const longestDeadline = 3_600_000;

/** Starts the runs and waits until all have ended. */
export async function playCrowd(stage: Stage, crowd: Crowd): Promise<void> {
  await startCrowd(stage, crowd);
  await crowdEnds(stage, crowd);
}

/** Starts the runs, no faster than the provider receives them. */
export async function startCrowd(stage: Stage, crowd: Crowd): Promise<void> {
  const { label, runs } = crowd;
  const until = lastMoment(crowd);
  const before = stage.starts();
  let started = 0;
  await telling(
    () => `${label}: ${started} of ${runs.length} started`,
    () =>
      inTurns(runs, startsAtOnce, async (run) => {
        const room = () => started - (stage.starts() - before) < mostAhead;
        await waitUntil(room, { until, every: 20, what: `${label}: the provider receives no starts` });
        started += 1;
        await start(crowd, run);
      }),
  );
}

/** Waits until each of the runs knows that it lives at the provider, or has ended. */
export async function crowdLives(stage: Stage, crowd: Crowd): Promise<void> {
  const begun = async () => {
    const waiting = "PerdureStatus IN ('queued', 'starting')";
    const [all, before] = [await countOf(stage, crowd), await countOf(stage, crowd, waiting)];
    return all - before >= crowd.runs.length;
  };
  const what = `${crowd.label}: runs have not begun at the provider`;
  await waitUntil(begun, { until: lastMoment(crowd), every: 200, what });
}

/** Waits until all of the runs have ended. */
export async function crowdEnds(stage: Stage, crowd: Crowd): Promise<void> {
  const { label, runs } = crowd;
  const until = lastMoment(crowd);
  let ended = 0;
  const over = async () => {
    ended = await countOf(stage, crowd, "ExecutionStatus != 'Running'");
    return ended >= runs.length;
  };
  await telling(
    () => `${label}: ${runs.length - ended} of ${runs.length} open`,
    () => waitUntil(over, { until, every: 1000, what: `${label}: runs are still open` }),
  );
  // What follows an end, such as the writing of lists, belongs to it.
  await sleep(1000);
}

async function telling<T>(words: () => string, work: () => Promise<T>): Promise<T> {
  const timer = setInterval(() => say(words()), betweenWords);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}

function longestOf({ runs }: Crowd): number {
  return Math.max(...runs.map(({ seconds }) => seconds)) * 1000;
}

function lastMoment(crowd: Crowd): number {
  return Date.now() + 300_000 + 3 * longestOf(crowd) + crowd.runs.length * 1000;
}

async function start(crowd: Crowd, run: PlannedRun): Promise<void> {
  const { party, provider, cadence } = crowd;
  await party.perdure.start({
    key: run.key,
    agent: agentOf(provider, run),
    account: party.account,
    deadline: Math.max(longestDeadline, 4 * longestOf(crowd) + 600_000),
    ...(cadence !== undefined && { timings: { cadence: { first: cadence, max: cadence } } }),
  });
}

/** Waiting with a call for each run would be refused beyond a thousand. */
async function countOf({ temporal }: Stage, { prefix }: Crowd, which?: string): Promise<number> {
  const runs = `WorkflowType = 'agentRun' AND WorkflowId STARTS_WITH '${runWorkflowId(prefix)}/'`;
  return (await temporal.client.workflow.count(which === undefined ? runs : `${runs} AND ${which}`)).count;
}
