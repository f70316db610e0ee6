import { setTimeout as pause } from 'node:timers/promises';
import { connect } from '../../src/client/connect.js';
import type { Perdure } from '../../src/client/perdure.js';
import { isPerdureError } from '../../src/core/errors.js';
import type { Outcome } from '../../src/core/run.js';
import { connectSimulator, type RemoteSimulator } from '../../src/simulator/index.js';
import type { Cluster } from '../cluster.js';
import { ClusterError } from '../cluster-error.js';
import { type EndedRun, judge, type Judgement } from './judge.js';
import { Person } from './person.js';
import { agentOf, lifeOf, type PlannedRun, planRuns } from './planned-run.js';
import { type Strike, strikeAll, victimsOf } from './strikes.js';
import { Turns } from './turns.js';

const betweenStartsMs = 2_000;
/** No run may take longer once all are started and every part is back. */
const longestMs = 180_000;
const betweenTriesMs = 500;

export interface KillReport extends Judgement {
  seconds: number;
  /** Runs that were open when each part was killed. */
  strikes: { part: string; openRuns: number; backAfterMs: number }[];
  /** Starts that had to be asked for again, with the same key. */
  askedAgain: number;
}

/** Lets runs go on while each part is killed in turn, and judges what came of it. */
export async function playKills(cluster: Cluster, runs: number, say: (line: string) => void): Promise<KillReport> {
  const { inbox, simulator: place, deployment, address, home } = cluster;
  if (!inbox) throw new ClusterError('A bare cluster has no workers that could be killed.');
  const began = Date.now();
  const simulator = connectSimulator(place.url);
  const plans = planRuns(runs);
  await simulator.add(...plans.map(lifeOf));
  const env = { TEMPORAL_ADDRESS: address, PERDURE_CODEC_KEYS: cluster.codecKeys };
  const perdure = await connect({ env, home, deployment });
  const person = new Person(inbox.url, inbox.token, say);
  const starts = new Starts(perdure, say);
  const victims = victimsOf(cluster);
  const turns = new Turns(runs, victims.length);
  try {
    const [ended, strikes] = await Promise.all([playRuns(starts, plans, turns), strikeAll(victims, turns, say)]);
    const outcomes = await inTime(ended, say);
    return await report({ outcomes, strikes, simulator, began, askedAgain: starts.askedAgain });
  } finally {
    // The connection stays open: whatever did not end in time still asks on it, until the process ends.
    await person.leave();
  }
}

/** Starts runs, and asks for one again, with the same key, while Temporal is away. */
class Starts {
  askedAgain = 0;

  constructor(
    private readonly perdure: Perdure,
    private readonly say: (line: string) => void,
  ) {}

  async outcomeOf(plan: PlannedRun): Promise<Outcome> {
    // Nobody is asked what became of a start that was lost: such a run ends `unknown`, and is judged.
    const options = { key: plan.key, agent: agentOf(plan), deadline: '10 minutes', onUnknownStart: 'fail' } as const;
    for (;;) {
      try {
        const handle = await this.perdure.start(options);
        const outcome = await handle.outcome();
        this.say(`${outcome.status}: ${plan.key} (${plan.endpoint})`);
        return outcome;
      } catch (error) {
        if (!isPerdureError(error, 'temporal-unreachable')) throw error;
        this.askedAgain += 1;
        await pause(betweenTriesMs);
      }
    }
  }
}

interface Waiting {
  plan: PlannedRun;
  outcome: Promise<Outcome>;
}

async function playRuns(starts: Starts, plans: readonly PlannedRun[], turns: Turns): Promise<Waiting[]> {
  const waiting: Waiting[] = [];
  for (const plan of plans) {
    await turns.untilStarted();
    turns.started += 1;
    const outcome = starts.outcomeOf(plan);
    // It is waited for when all are started.
    outcome.catch(() => undefined);
    waiting.push({ plan, outcome });
    await pause(betweenStartsMs);
  }
  return waiting;
}

async function inTime(waiting: readonly Waiting[], say: (line: string) => void): Promise<EndedRun[]> {
  say('every run is started and every part is back: waiting for the last ends');
  const timer = new AbortController();
  const late = pause(longestMs, undefined, { signal: timer.signal }).catch(() => undefined);
  const ended = await Promise.all(
    waiting.map(async ({ plan, outcome }): Promise<EndedRun> => {
      const known = await Promise.race([outcome, late]);
      return { plan, ...(known && { outcome: known }) };
    }),
  );
  timer.abort();
  return ended;
}

interface Played {
  outcomes: EndedRun[];
  strikes: Strike[];
  simulator: RemoteSimulator;
  began: number;
  askedAgain: number;
}

async function report({ outcomes, strikes, simulator, began, askedAgain }: Played): Promise<KillReport> {
  const ledger = await simulator.ledger();
  const openAt = (at: number) =>
    ledger.runs.filter(({ startedAt, endedAt = Infinity }) => startedAt <= at && endedAt > at).length;
  return {
    ...judge(outcomes, ledger, strikes),
    seconds: Math.round((Date.now() - began) / 1000),
    strikes: strikes.map(({ part, at, backAt }) => ({ part, openRuns: openAt(at), backAfterMs: backAt - at })),
    askedAgain,
  };
}
