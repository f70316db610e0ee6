import { campaign, type CampaignOptions } from './campaign.js';
import { type Defect, defects, shownIn } from './defects.js';
import type { Finding } from './evidence.js';
import { generateProgram } from './generate.js';
import { kills } from './kill/kills.js';
import { type Options, readOptions, usage } from './options.js';
import { quietRuntime } from './quiet-runtime.js';
import { openStage, type Stage } from './stage.js';
import { fewestStrikes, isClean, rareFaults, type Totals } from './totals.js';

const say = (line: string) => void process.stderr.write(`${line}\n`);

async function main(args: readonly string[]): Promise<number> {
  const options = readOptions(args);
  if (typeof options === 'string') {
    say(`${options}\n\n${usage}`);
    return 2;
  }
  if (options.break === 'list') {
    for (const { name } of defects) process.stdout.write(`${name}\n`);
    return 0;
  }
  quietRuntime();
  if (options.kill) return killed(options);
  return options.break === undefined ? judged(options) : broken(options, options.break);
}

/** From here on each kind of fault has to strike. */
const manySeeds = 150;

async function judged(options: Options): Promise<number> {
  const totals = await playSeeds(options);
  print(totals, options);
  const rare = totals.seeds >= manySeeds ? rareFaults(totals) : [];
  if (rare.length > 0) say(`struck less than ${fewestStrikes} times: ${rare.join(', ')}`);
  return isClean(totals) && rare.length === 0 ? 0 : 1;
}

async function killed(options: Options): Promise<number> {
  const began = Date.now();
  const totals = await kills(say, ({ name }) => name.includes(options.at));
  say(`${totals.killPoints} points of ${totals.seeds} in ${Math.round((Date.now() - began) / 1000)} s`);
  print(totals, options);
  return isClean(totals) && totals.killPoints === totals.seeds ? 0 : 1;
}

/** Exit 0 when the judge saw the defect; the process ends with it, since other seeds may still be playing. */
async function broken(options: Options, name: string): Promise<number> {
  const defect = defects.find((one) => one.name === name);
  if (!defect) {
    say(`no defect '${name}'; there are ${defects.map((one) => one.name).join(', ')}`);
    return 2;
  }
  const seeds = seedsOf(options);
  const likely = seeds.filter((seed) => isShownBy(defect, seed));
  const stage = await openStage([defect]);
  let seen = false;
  const enough = (findings: readonly Finding[]) => {
    seen ||= shownIn(findings, defect);
    return seen;
  };
  try {
    const totals = await playOn(stage, options, { seeds: [...new Set([...likely, ...seeds])], enough });
    print(totals, options);
  } finally {
    stage.abandon();
  }
  process.exit(seen ? 0 : 1);
}

function isShownBy({ shownBy }: Defect, seed: number): boolean {
  return typeof shownBy === 'function' ? shownBy(generateProgram(seed)) : shownBy.includes(seed);
}

function seedsOf({ repeat, from, seeds }: Options): number[] {
  return repeat === undefined ? Array.from({ length: seeds }, (_, index) => from + index) : [repeat];
}

async function playSeeds(options: Options): Promise<Totals> {
  const { repeat } = options;
  if (repeat !== undefined) say(JSON.stringify(generateProgram(repeat), undefined, 2));
  const stage = await openStage();
  try {
    return await playOn(stage, options, { seeds: seedsOf(options) });
  } finally {
    await stage.close();
  }
}

async function playOn(
  stage: Stage,
  options: Options,
  { seeds, enough }: Pick<CampaignOptions, 'seeds' | 'enough'>,
): Promise<Totals> {
  const began = Date.now();
  const keep = keepOf(options, enough !== undefined);
  try {
    return await campaign(stage, { seeds, enough, say, beside: options.beside, keep });
  } catch (error) {
    say(error instanceof Error ? (error.stack ?? error.message) : String(error));
    throw error;
  } finally {
    say(`${seeds.length} seeds in ${Math.round((Date.now() - began) / 1000)} s`);
  }
}

function keepOf({ repeat }: Options, planted: boolean): CampaignOptions['keep'] {
  if (repeat !== undefined) return 'all';
  return planted ? 'none' : 'failing';
}

function print(totals: Totals, { json }: Options): void {
  if (json) process.stdout.write(`${JSON.stringify(totals)}\n`);
  else process.stdout.write(`${JSON.stringify(totals, undefined, 2)}\n`);
}

process.exitCode = await main(process.argv.slice(2));
