import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Closing } from '../closing.js';
import { bundleLoop } from '../loop/bundle.js';
import type { WatchOptions } from '../options.js';
import { say } from '../say.js';
import { openStage, type Stage } from '../stage/stage.js';
import { lives } from '../task.js';
import { doubts } from './doubts.js';
import { figuresOf } from './figures.js';
import { playRound, type RoundResult, warmUpOf } from './play-round.js';
import { planRounds, sidesOf } from './round.js';
import { type SideName, sideLabels } from './side.js';
import { type Column, columnOf, ratioColumn, spreadOf, tableOf } from './table.js';

/** Measures what waiting costs, side by side; the exit code. */
export async function measureWatching(options: WatchOptions, closing: Closing): Promise<number> {
  const began = Date.now();
  const sides = sidesOf(options);
  const stage = await openStage(options.provider, sides, closing);
  const rounds = planRounds(options, stage.id);
  const runs = rounds.flatMap((round) => [...round.runs, ...warmUpOf(round.prefix).runs]);
  await stage.simulator.add(...lives(options.provider, runs));
  const bundle = sides.includes('baseline') ? await writeBundle(stage) : undefined;
  const results: RoundResult[] = [];
  for (const round of rounds) results.push(await playRound(stage, round, { options, bundle }));
  say(`${rounds.length} rounds in ${Math.round((Date.now() - began) / 1000)} s`);
  tell(sides, results, options);
  const found = doubts(results, options);
  for (const doubt of found) say(`wrong: ${doubt}`);
  return found.length === 0 ? 0 : 1;
}

/** The loop is bundled here, since that takes more memory than a worker does. */
async function writeBundle({ home }: Stage): Promise<string> {
  const file = path.join(home, 'loop.cjs');
  await writeFile(file, await bundleLoop());
  return file;
}

function tell(sides: readonly SideName[], results: readonly RoundResult[], { json }: WatchOptions): void {
  const ofSide = (side: SideName) => results.filter(({ round }) => round.side === side);
  const of = (side: SideName) => (sides.includes(side) ? columnOf(sideLabels[side], figuresOf(ofSide(side))) : null);
  const [perdure, baseline, adaptive] = [of('perdure'), of('baseline'), of('adaptive')];
  const ratio = perdure && baseline ? ratioColumn(perdure, baseline) : null;
  const columns = [baseline, perdure, ratio, adaptive].filter((column) => column !== null);
  const lines = [tableOf(columns), ...sides.map((side) => spreadOf(sideLabels[side], ofSide(side))), lagMeans];
  process.stdout.write(`${lines.join('\n')}\n`);
  if (!json) return;
  const figures = (column: Column | null) => column?.figures ?? null;
  const compared = { perdure: figures(perdure), baseline: figures(baseline), ratio: figures(ratio) };
  process.stdout.write(`${JSON.stringify({ ...compared, ...(adaptive && { adaptive: adaptive.figures }) })}\n`);
}

const lagMeans =
  'lag: from the end at the provider until the workflow task was completed in which the run learned of it';
