import { BenchError } from '../bench-error.js';
import type { Closing } from '../closing.js';
import type { KillOptions } from '../options.js';
import { waitUntil } from '../patience.js';
import { say } from '../say.js';
import type { Stage } from '../stage/stage.js';
import { endsByKey } from '../task.js';
import { crowdEnds, crowdLives, startCrowd } from '../watch/crowd.js';
import { openCrowd } from './crowd.js';
import { judgeNews } from './news.js';

const name = 'kill';
const provider = 'browserbase';
const lengths = { from: 20, to: 60 };
const mostMs = 10_000;

/** Measures how late runs learn of their ends once their worker was killed and replaced; the exit code. */
export async function measureKill({ runs: count, json }: KillOptions, closing: Closing): Promise<number> {
  const { stage, party, crowd } = await openCrowd({ name, provider, runs: count, lengths }, closing);
  const worker = await stage.startWorker(party, {});
  await worker.during(startCrowd(stage, crowd));
  await worker.during(crowdLives(stage, crowd));
  const ended = await worker.during(firstEnds(stage));
  if (ended >= count) throw new BenchError('All runs ended before the worker could be killed.');
  const lostAt = Date.now();
  await worker.kill();
  const successor = await stage.startWorker(party, {});
  const readyAt = Date.now();
  say(`${name}: the worker was killed after ${ended} ends, the next was ready ${readyAt - lostAt} ms later`);
  await successor.during(crowdEnds(stage, crowd));
  return judgeNews(stage, crowd, { at: lostAt, countedFrom: readyAt }, { mostMs, json });
}

/** Waits until runs end at the provider, so that others do while no worker is there; says how many have. */
async function firstEnds({ simulator }: Stage): Promise<number> {
  const ended = async () => endsByKey((await simulator.state()).runs).size;
  const until = Date.now() + 2 * lengths.to * 1000;
  await waitUntil(async () => (await ended()) > 0, { until, every: 100, what: `${name}: no run ends` });
  return ended();
}
