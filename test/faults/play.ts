import type { StartOptions } from '../../src/client/perdure.js';
import { providerOf } from '../../src/core/endpoints.js';
import { scaledClock } from '../../src/simulator/clock.js';
import type { LedgerSource } from '../../src/simulator/ledger.js';
import { startSimulator, type Simulator } from '../../src/simulator/simulator.js';
import { Actors } from './actors.js';
import { playApproval } from './approval.js';
import { agentOf } from './agents.js';
import type { Evidence, RunEvidence } from './evidence.js';
import { scale } from './pace.js';
import { endOf, taskFailuresOf } from './run-end.js';
import { directProviders } from './direct.js';
import { optionsOf, playJob } from './job.js';
import { evicted, moveIn } from './neighbour.js';
import type { PlannedRun, Program } from './program.js';
import type { Stage } from './stage.js';
import { sweepOnce } from './sweeping.js';
import { WeatherMaker } from './weather-maker.js';

/** What is done around the runs of a program. */
interface Around {
  /** Once the simulator stands and its accounts are known. */
  before?: (simulator: Simulator) => Promise<void>;
  /** Once every run has ended. */
  after?: () => Promise<void>;
}

/** Plays a program to its end and gives back all that is known of it. */
export async function play(stage: Stage, program: Program, { before, after }: Around = {}): Promise<Evidence> {
  const { seed, behaviour } = program;
  const clock = scaledClock(1 / scale);
  const simulator = await startSimulator({ seed: seed + 1, clock, behaviour });
  try {
    directProviders(simulator, program);
    if (isSwept(seed)) await moveIn(simulator);
    const { anchorUrl, browserbaseUrl, keys } = simulator;
    const { limits, hinted } = program.weather;
    const accounts = {
      anchor: { apiKey: keys.anchor[0] ?? '', baseUrl: anchorUrl, limits: limits.anchor },
      browserbase: { apiKey: keys.browserbase[0] ?? '', baseUrl: browserbaseUrl, limits: limits.browserbase },
    };
    for (const provider of ['anchor', 'browserbase'] as const) {
      stage.accounts.set(accountOf(provider, seed), accounts[provider]);
      if (hinted) stage.hinted.add(accountOf(provider, seed));
    }
    const weather = new WeatherMaker({ ...stage, accountOf: (provider) => accountOf(provider, seed) }, program);
    await weather.begin(simulator);
    await before?.(simulator);
    const [approval, { job, jobRuns = [] } = {}, ...runs] = await Promise.all([
      program.approval && playApproval(stage, program.approval, () => simulator.clock.now()),
      program.job && playJob({ ...stage, simulator, accountOf: (provider) => accountOf(provider, seed) }, program.job),
      ...program.runs.map((plan) => playRun(stage, simulator, { seed, plan })),
    ]);
    await after?.();
    await weather.end();
    const ledger = snapshot(simulator.ledger);
    return {
      seed,
      runs: [...runs, ...jobRuns],
      approval,
      job,
      ledger,
      weather: { limits, done: weather.done },
      ...(isSwept(seed) && { sweep: await sweep(stage, simulator, seed) }),
    };
  } finally {
    await simulator.close();
    stage.accounts.delete(accountOf('anchor', seed));
    stage.accounts.delete(accountOf('browserbase', seed));
  }
}

/** A sweep takes its time, so it is not made after each seed. */
function isSwept(seed: number): boolean {
  return seed % 4 === 0;
}

async function sweep(stage: Stage, { ledger }: Simulator, seed: number): Promise<Evidence['sweep']> {
  await sweepOnce(stage.client, stage.taskQueue, [accountOf('anchor', seed), accountOf('browserbase', seed)]);
  return { live: ledger.open.map(({ id }) => id), evicted: evicted(ledger) };
}

function accountOf(provider: 'anchor' | 'browserbase', seed: number): string {
  return `${provider}/s${seed}`;
}

async function playRun(
  stage: Stage,
  simulator: Simulator,
  { seed, plan }: { seed: number; plan: PlannedRun },
): Promise<RunEvidence> {
  const account = accountOf(providerOf(plan.endpoint), seed);
  const options = await startOptionsOf(plan, account, simulator);
  const actors = new Actors(stage, simulator, plan, { account });
  const handle = await stage.perdure.start(options);
  const outcome = await endOf(stage.client, handle, actors, plan);
  const endedAt = simulator.clock.now();
  await actors.leave();
  const taskFailures = await taskFailuresOf(stage.client, handle.workflowId);
  return { plan, outcome, endedAt, taskFailures, answers: actors.answers, done: actors.done };
}

async function startOptionsOf(plan: PlannedRun, account: string, simulator: Simulator): Promise<StartOptions> {
  return { key: plan.name, account, agent: await agentOf(plan, simulator), ...optionsOf(plan) };
}

/** What the simulator's ledger says now, for a judge who reads it when the simulator is gone. */
function snapshot({ entries, runs, sessions, counts }: LedgerSource): LedgerSource {
  return { entries: structuredClone(entries), runs, sessions, counts: { ...counts } };
}
