import { keepArtefacts } from './artefacts.js';
import type { Finding } from './evidence.js';
import { generateProgram } from './generate.js';
import { play } from './play.js';
import type { Stage } from './stage.js';
import { addSeed, newTotals, type Totals } from './totals.js';

export interface CampaignOptions {
  seeds: readonly number[];
  /** How many seeds play at the same time. */
  beside: number;
  /** Told what a person who waits wants to know. */
  say: (line: string) => void;
  /** Which seeds' remains are kept: those that fail, all, or none. */
  keep: 'failing' | 'all' | 'none';
  /** Whether the findings of a seed are enough: nobody then waits for the others, which may be in the middle of something. */
  enough?: (findings: readonly Finding[]) => boolean;
}

/** Plays seeds on a stage, some at a time, and judges each. */
export async function campaign(stage: Stage, options: CampaignOptions): Promise<Totals> {
  const totals = newTotals();
  const waiting = [...options.seeds];
  let tell = () => {};
  const found = new Promise<void>((resolve) => {
    tell = resolve;
  });
  const lane = async () => {
    for (let seed = waiting.shift(); seed !== undefined; seed = waiting.shift()) {
      const findings = await playAndJudge(stage, seed, totals, options);
      if (options.enough?.(findings)) return tell();
    }
  };
  const lanes = Promise.all(Array.from({ length: Math.min(options.beside, waiting.length) }, lane));
  await Promise.race([lanes, found]);
  return totals;
}

async function playAndJudge(stage: Stage, seed: number, totals: Totals, options: CampaignOptions): Promise<Finding[]> {
  const program = generateProgram(seed);
  const evidence = await play(stage, program);
  const findings = addSeed(totals, evidence);
  for (const finding of findings) options.say(describe(seed, finding));
  if (options.keep === 'all' || (findings.length > 0 && options.keep === 'failing')) {
    const folder = await keepArtefacts(stage.client, { program, evidence, findings });
    options.say(`seed ${seed}: kept in ${folder}; again with: npm run faults -- --repeat ${seed}`);
  }
  if (totals.seeds % 20 === 0) options.say(`${totals.seeds} of ${options.seeds.length} seeds, ${totals.runs} runs`);
  return findings;
}

function describe(seed: number, { key, run, what }: Finding): string {
  return `seed ${seed}: ${key}: ${run} ${what}`;
}
