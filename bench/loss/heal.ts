import { setTimeout as sleep } from 'node:timers/promises';
import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { accountId } from '../../src/core/admission.js';
import { watcherId, watchersOf } from '../../src/core/watch.js';
import { betweenChecks } from '../../src/worker/healing.js';
import { BenchError } from '../bench-error.js';
import type { Closing } from '../closing.js';
import type { HealOptions } from '../options.js';
import { say } from '../say.js';
import type { Party, Stage } from '../stage/stage.js';
import { endsByKey } from '../task.js';
import { type Crowd, crowdEnds, crowdLives, startCrowd } from '../watch/crowd.js';
import { openCrowd } from './crowd.js';
import { judgeNews } from './news.js';

const name = 'heal';
const lengths = { from: 60, to: 90 };
const mostMs = 90_000;
/** Milliseconds from a check to the loss: the next check is then as far off as it can be. */
const afterCheck = 5_000;
/** Milliseconds from the worker's start to that of the runs, so that the first ends after the loss. */
const headStart = 15_000;

/** Measures how late runs learn of their ends once all of their watchers were lost; the exit code. */
export async function measureHealing(options: HealOptions, closing: Closing): Promise<number> {
  const { runs, provider, json } = options;
  const { stage, party, crowd } = await openCrowd({ name, provider, runs, lengths }, closing);
  const worker = await stage.startWorker(party, {});
  const readyAt = Date.now();
  await sleep(headStart);
  await worker.during(startCrowd(stage, crowd));
  await worker.during(crowdLives(stage, crowd));
  await worker.during(untilAfterCheck(readyAt));
  await assertOpen(stage, crowd);
  const lostAt = Date.now();
  say(`${name}: ${await terminateShared(stage.temporal.client, party)} shared workflows terminated`);
  await worker.during(crowdEnds(stage, crowd));
  return judgeNews(stage, crowd, { at: lostAt, countedFrom: lostAt }, { mostMs, json });
}

async function untilAfterCheck(readyAt: number): Promise<void> {
  const passed = Date.now() - readyAt - afterCheck;
  await sleep(Math.ceil(passed / betweenChecks) * betweenChecks - passed);
}

async function assertOpen({ simulator }: Stage, { runs }: Crowd): Promise<void> {
  const ended = endsByKey((await simulator.state()).runs).size;
  if (ended > 0) throw new BenchError(`${ended} of ${runs.length} runs ended before the loss: give fewer --runs.`);
}

/** Terminates the account's watchers, and the account where it runs; says how many did. */
async function terminateShared(client: Client, { account, taskQueue }: Party): Promise<number> {
  const ids = [...watchersOf(account, taskQueue).map(watcherId), accountId(account)];
  const terminated = await Promise.all(ids.map((id) => terminate(client, id)));
  return terminated.filter(Boolean).length;
}

async function terminate(client: Client, id: string): Promise<boolean> {
  try {
    await client.workflow.getHandle(id).terminate('The bench measures how its loss is healed.');
    return true;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}
