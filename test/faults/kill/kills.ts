import { keepArtefacts } from '../artefacts.js';
import { play } from '../play.js';
import { addSeed, newTotals, type Totals } from '../totals.js';
import { KillStage } from './kill-stage.js';
import type { Scenario } from './scenario.js';
import { scenarios } from './scenarios.js';
import { Strike } from './strike.js';

const beside = 3;

export interface KillTotals extends Totals {
  /** Points at which something was really killed. */
  killPoints: number;
}

/** Strikes at every named point, with a fresh worker or server each time, and judges what came of it. */
export async function kills(say: (line: string) => void, only: (scenario: Scenario) => boolean): Promise<KillTotals> {
  const totals: KillTotals = { ...newTotals(), killPoints: 0 };
  const chosen = scenarios.filter(only);
  const onStage = async (lanes: number, ones: readonly Scenario[]) => {
    if (ones.length === 0) return;
    const stage = await KillStage.open();
    try {
      await inLanes(lanes, ones, (one) => playOne(stage, one, totals, say));
    } finally {
      await stage.close();
    }
  };
  // A server that is killed is killed for all: those have one of their own, one after the other.
  const [ofServers, ofWorkers] = [true, false].map((server) =>
    chosen.filter(({ strikes }) => (strikes === 'server') === server),
  );
  await Promise.all([onStage(beside, ofWorkers ?? []), onStage(1, ofServers ?? [])]);
  return totals;
}

async function inLanes<T>(lanes: number, items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const waiting = [...items];
  const lane = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}

async function playOne(
  kill: KillStage,
  scenario: Scenario,
  totals: KillTotals,
  say: (line: string) => void,
): Promise<void> {
  const { name, program } = scenario;
  const stage = await kill.stageFor(`kill-${program.seed}`);
  const strike = new Strike(kill, scenario, stage);
  try {
    const evidence = await play(stage, program, {
      before: (simulator) => strike.arm(simulator),
      after: () => strike.settle(),
    });
    const findings = addSeed(totals, evidence);
    if (strike.struck) totals.killPoints += 1;
    const [run] = evidence.runs;
    say(`${strike.struck ? 'struck' : 'NEVER CAME TO'}: ${name}: ${run?.outcome?.status ?? 'no outcome'}`);
    for (const { key, what } of findings) say(`  ${key}: ${what}`);
    if (findings.length > 0) say(`  kept in ${await keepArtefacts(kill.client, { program, evidence, findings })}`);
  } finally {
    await strike.end();
    await stage.close();
  }
}
