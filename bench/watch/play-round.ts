import type { WatchOptions } from '../options.js';
import type { Child } from '../stage/child.js';
import { cpuMs, peakMiB } from '../stage/process-usage.js';
import { type Party, partyOf, type Stage } from '../stage/stage.js';
import { endsByKey } from '../task.js';
import { playCrowd } from './crowd.js';
import type { Round } from './round.js';
import { readTraces, type Trace } from './trace.js';

/** What a round cost; undefined where the system does not tell. */
export interface RoundCosts {
  serverCpuMs?: number;
  workerCpuMs?: number;
  /** Requests by which the provider was asked how runs stand. */
  statusRequests: number;
  /** Bytes by which the server's database grew. */
  bytes?: number;
}

/** What came of a round. */
export interface RoundResult {
  round: Round;
  costs: RoundCosts;
  /** The worker's, in MiB. */
  peakMiB?: number;
  traces: readonly Trace[];
  /** Milliseconds from the end at the provider until the run had learned of it; only of runs that did. */
  lags: readonly number[];
}

const warmUps = 8;
const warmUpSeconds = 2;

/** Plays a round with a worker of its own, warmed up by some runs that do not count. */
export async function playRound(
  stage: Stage,
  round: Round,
  { options, bundle }: { options: WatchOptions; bundle: string | undefined },
): Promise<RoundResult> {
  const { side, label, prefix, runs } = round;
  const { provider, cache, slots } = options;
  const party = partyOf(stage, side);
  const cadence = side === 'adaptive' ? undefined : options.cadence * 1000;
  // The check of a worker of Perdure's looks at every open run of the namespace, so none lives in a round of the loop.
  const worker = await stage.startWorker(party, { cache, slots, ...(side === 'baseline' && { bundle }) });
  try {
    const crowd = { party, provider, cadence };
    await worker.during(playCrowd(stage, { ...crowd, label: `${label}, warm-up`, ...warmUpOf(prefix) }));
    const before = await costsSoFar(stage, party, worker);
    await worker.during(playCrowd(stage, { ...crowd, label, prefix, runs }));
    const costs = difference(await costsSoFar(stage, party, worker), before);
    const peak = peakMiB(worker.pid);
    const traces = await readTraces(stage.temporal.client, runs);
    return { round, costs, peakMiB: peak, traces, lags: await lagsOf(stage, traces) };
  } finally {
    await worker.stop();
  }
}

/** What the runs before a round are called; a side's lengths are known to the provider, and this one too. */
export function warmUpOf(prefix: string): Pick<Round, 'prefix' | 'runs'> {
  const own = `${prefix}-warm-up`;
  const runs = Array.from({ length: warmUps }, (_, index) => ({ key: `${own}/${index}`, seconds: warmUpSeconds }));
  return { prefix: own, runs };
}

const statusRoutes = ['status', 'list', 'questions'];

async function costsSoFar({ temporal, simulator }: Stage, { account }: Party, worker: Child): Promise<RoundCosts> {
  const provider = account.split('/')[0];
  const { counts } = await simulator.state();
  return {
    serverCpuMs: temporal.cpuMs(),
    workerCpuMs: cpuMs(worker.pid),
    statusRequests: statusRoutes.reduce((sum, route) => sum + (counts[`${provider} ${route}`] ?? 0), 0),
    bytes: await temporal.databaseBytes(),
  };
}

function difference(after: RoundCosts, before: RoundCosts): RoundCosts {
  const less = (a: number | undefined, b: number | undefined) =>
    a === undefined || b === undefined ? undefined : a - b;
  return {
    serverCpuMs: less(after.serverCpuMs, before.serverCpuMs),
    workerCpuMs: less(after.workerCpuMs, before.workerCpuMs),
    statusRequests: after.statusRequests - before.statusRequests,
    bytes: less(after.bytes, before.bytes),
  };
}

async function lagsOf({ simulator }: Stage, traces: readonly Trace[]): Promise<number[]> {
  const ends = endsByKey((await simulator.state()).runs);
  return traces.flatMap(({ key, toldAt }) => {
    const endedAt = ends.get(key);
    return toldAt === undefined || endedAt === undefined ? [] : [toldAt - endedAt];
  });
}
