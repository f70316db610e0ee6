import { printFigures } from '../print-figures.js';
import { quantile } from '../quantile.js';
import { say } from '../say.js';
import type { Stage } from '../stage/stage.js';
import { endsByKey } from '../task.js';
import type { Crowd } from '../watch/crowd.js';
import { wrongRuns } from '../watch/doubts.js';
import { readTraces, type Trace } from '../watch/trace.js';

/** What held news up, in epoch milliseconds. */
export interface Loss {
  /** What was known before then was not held up. */
  at: number;
  /** An end before then counts as one at this moment. */
  countedFrom: number;
}

/** How late news may be. */
export interface NewsLimit {
  mostMs: number;
  json: boolean;
}

/** Prints how late the runs learned of their ends after a loss; the exit code. */
export async function judgeNews(stage: Stage, crowd: Crowd, loss: Loss, { mostMs, json }: NewsLimit): Promise<number> {
  const traces = await readTraces(stage.temporal.client, crowd.runs);
  const late = latenesses(traces, endsByKey((await stage.simulator.state()).runs), loss);
  say(`${late.length} of ${traces.length} runs learned of their end after the loss`);
  const newsMaxMs = quantile(late, 1);
  printFigures(
    {
      runs: traces.length,
      completed: traces.filter(({ status }) => status === 'completed').length,
      newsP50Ms: quantile(late, 0.5),
      newsMaxMs,
    },
    json,
  );
  const wrong = [...wrongRuns(traces), ...wrongNews(newsMaxMs, mostMs)];
  for (const each of wrong) say(`wrong: ${each}`);
  return wrong.length === 0 ? 0 : 1;
}

/** Milliseconds, of each run that learned of its end after the loss. */
function latenesses(traces: readonly Trace[], ends: ReadonlyMap<string, number>, { at, countedFrom }: Loss): number[] {
  return traces.flatMap(({ key, toldAt = 0 }) => {
    const endedAt = ends.get(key);
    if (toldAt <= at || endedAt === undefined) return [];
    return [Math.max(0, Math.round(toldAt - Math.max(endedAt, countedFrom)))];
  });
}

function wrongNews(newsMaxMs: number | null, mostMs: number): string[] {
  if (newsMaxMs === null) return ['all runs had learned of their end before the loss'];
  return newsMaxMs > mostMs ? [`news came ${newsMaxMs} ms late, which is more than ${mostMs}`] : [];
}
