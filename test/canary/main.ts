import { parseArgs } from 'node:util';
import { DefaultLogger, makeTelemetryFilterString, Runtime } from '@temporalio/worker';
import type { KnownSecret } from './known-secrets.js';
import { perform } from './performance.js';
import { crashWords } from './crash-words.js';
import { finalPlaces, livePlaces } from './places.js';
import { doubts, liveViews } from './proof.js';
import { type Hit, type Place, search } from './search.js';
import { openStage, type Stage } from './stage.js';

const usage = `Usage: npm run canary -- [--json]

Plays runs whose secrets are known and repeated by the providers in every way, and looks for them in all that is kept.
Exit 1 when one is found, or when the search could not have found one.

  --json   {secrets, places, hits} as JSON in the last line`;

const say = (line: string) => void process.stderr.write(`${line}\n`);

interface Findings {
  secrets: readonly KnownSecret[];
  places: readonly Place[];
  hits: readonly Hit[];
  doubts: readonly string[];
}

async function main(args: readonly string[]): Promise<number> {
  const json = readJson(args);
  if (json === undefined) {
    say(usage);
    return 2;
  }
  Runtime.install({
    logger: new DefaultLogger('ERROR', () => undefined),
    telemetryOptions: { logging: { filter: makeTelemetryFilterString({ core: 'ERROR', other: 'ERROR' }) } },
  });
  const began = Date.now();
  const stage = await openStage();
  try {
    return tell(await lookEverywhere(stage), json);
  } finally {
    await stage.close();
    say(`${Math.round((Date.now() - began) / 1000)} s`);
  }
}

function readJson(args: readonly string[]): boolean | undefined {
  try {
    return parseArgs({ args: [...args], options: { json: { type: 'boolean', default: false } } }).values.json;
  } catch {
    return undefined;
  }
}

/** Runs of whose sessions the live views are looked for, besides the secrets. */
const isShown = (key: string) => /^(result|looks|crashing)\//.test(key);

async function lookEverywhere(stage: Stage): Promise<Findings> {
  const performance = await perform(stage);
  say(`${performance.keys.length} runs have ended`);
  const views = await liveViews(stage, performance.keys.filter(isShown));
  const live = await livePlaces(stage, performance);
  await performance.worker.end('SIGTERM');
  const found = doubts(stage, live);
  await stage.endServer();
  const places = [...live, ...(await finalPlaces(stage))];
  const secrets = [...stage.secrets.values(), ...views];
  const hits = secrets.flatMap((secret) => search(secret, places));
  const log = Buffer.concat(stage.written.stderr);
  if (!log.includes(crashWords)) found.push('no worker has crashed');
  for (const account of ['anchor/default', 'browserbase/default']) {
    if (!log.includes(`${account} can't be read`)) found.push(`the log does not say that ${account} could not be read`);
  }
  if (views.length === 0) found.push('no live view was kept');
  return { secrets, places, hits, doubts: [...performance.problems, ...found] };
}

function tell({ secrets, places, hits, doubts: found }: Findings, json: boolean): number {
  for (const doubt of found) say(`doubt: ${doubt}`);
  for (const { name, place, form, excerpt } of hits)
    say(`hit: ${name} in ${place} (${form}): ${JSON.stringify(excerpt)}`);
  const count = (names: readonly { name: string }[]) => new Set(names.map(({ name }) => name)).size;
  const totals = { secrets: count(secrets), places: count(places), hits: hits.length };
  process.stdout.write(`${json ? JSON.stringify(totals) : JSON.stringify(totals, undefined, 2)}\n`);
  return hits.length > 0 || found.length > 0 || totals.secrets === 0 || totals.places === 0 ? 1 : 0;
}

process.exitCode = await main(process.argv.slice(2));
