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
  const { label, runs } = crowd;
  const longest = Math.max(...runs.map(({ seconds }) => seconds)) * 1000;
  const until = Date.now() + 300_000 + 3 * longest + runs.length * 1000;
  const progress = { started: 0, ended: 0 };
  const timer = setInterval(() => {
    const { started, ended } = progress;
    say(`${label}: ${started} of ${runs.length} started, ${started - ended} open`);
  }, betweenWords);
  try {
    const before = stage.starts();
    await inTurns(runs, startsAtOnce, async (run) => {
      const room = () => progress.started - (stage.starts() - before) < mostAhead;
      await waitUntil(room, { until, every: 20, what: `${label}: the provider receives no starts` });
      progress.started += 1;
      await start(crowd, run, longest);
    });
    const over = async () => {
      progress.ended = await endedOf(stage, crowd.prefix);
      return progress.ended >= runs.length;
    };
    await waitUntil(over, { until, every: 1000, what: `${label}: runs are still open` });
  } finally {
    clearInterval(timer);
  }
  // What follows an end, such as the writing of lists, belongs to it.
  await sleep(1000);
}

async function start({ party, provider, cadence }: Crowd, run: PlannedRun, longest: number): Promise<void> {
  await party.perdure.start({
    key: run.key,
    agent: agentOf(provider, run),
    account: party.account,
    deadline: Math.max(longestDeadline, 4 * longest + 600_000),
    ...(cadence !== undefined && { timings: { cadence: { first: cadence, max: cadence } } }),
  });
}

/** Waiting with a call for each run would be refused beyond a thousand. */
async function endedOf({ temporal }: Stage, prefix: string): Promise<number> {
  const runs = `WorkflowType = 'agentRun' AND WorkflowId STARTS_WITH '${runWorkflowId(prefix)}/'`;
  return (await temporal.client.workflow.count(`${runs} AND ExecutionStatus != 'Running'`)).count;
}
