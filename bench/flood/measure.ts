import { enrol } from '../../activities/index.js';
import type { Closing } from '../closing.js';
import { directly, startDirectly } from '../direct.js';
import type { FloodOptions } from '../options.js';
import { printFigures } from '../print-figures.js';
import { say } from '../say.js';
import { openStage, type Party, partyOf, type Stage } from '../stage/stage.js';
import { lives, type PlannedRun } from '../task.js';
import { madeUpRuns, type Sight } from './enrolments.js';
import { continuedBy, enrolledWith, startWatchers } from './watchers.js';

const name = 'flood';
const provider = 'browserbase';
/** More than a watcher would read one by one: it reads the list of running runs, in which it finds all. */
const standIns = 8;
const standInSeconds = 3_600;

/** Measures whether watchers lose enrolments when they come in masses while they continue as new; the exit code. */
export async function measureFlood({ enrolments, json }: FloodOptions, closing: Closing): Promise<number> {
  const stage = await openStage(provider, [name], closing);
  const party = partyOf(stage, name);
  const { client } = stage.temporal;
  const sights = await startStandIns(stage, party);
  const worker = await stage.startWorker(party, {});
  const watchers = await startWatchers(client, party, closing);
  const tasks = madeUpRuns(party, sights, enrolments);
  say(`${name}: ${enrolments} enrolments`);
  // The worker's check withdraws what has no workflow, but only of accounts with open runs, and here there is none.
  const begun = Date.now();
  const told = await worker.during(Promise.allSettled(tasks.map((task) => enrol(client, task))));
  const over = Date.now();
  const enrolled = await worker.during(enrolledWith(client, watchers));
  const refused = told.filter(({ status }) => status === 'rejected');
  const lost = tasks.filter(({ run }, index) => told[index]?.status === 'fulfilled' && !enrolled.has(run.id));
  const continuedAsNew = await continuedBy(client, watchers, over);
  const counts = { refused: refused.length, lost: lost.length, continuedAsNew };
  printFigures({ enrolments, ...counts, seconds: (over - begun) / 1000 }, json);
  const [first] = refused;
  if (first?.status === 'rejected') say(`wrong: ${refused.length} were refused, such as for: ${String(first.reason)}`);
  if (lost.length > 0) say(`wrong: ${lost.length} were lost, such as ${lost[0]?.run.id}`);
  if (continuedAsNew === 0) say('wrong: no watcher continued as new meanwhile');
  return refused.length === 0 && lost.length === 0 && continuedAsNew > 0 ? 0 : 1;
}

/** Starts runs at the provider that the made-up ones are seen as: they go on, so that there is never any news. */
async function startStandIns(stage: Stage, party: Party): Promise<Sight[]> {
  const runs = Array.from(
    { length: standIns },
    (_, index): PlannedRun => ({ key: `bench/${stage.id}/${name}/${index}`, seconds: standInSeconds }),
  );
  await stage.simulator.add(...lives(provider, runs));
  return directly(stage, party, async (driver) => {
    const sights: Sight[] = [];
    for (const run of runs) {
      const { runId, sessionId } = await startDirectly(driver, run);
      sights.push({ runId, sessionId });
    }
    return sights;
  });
}
