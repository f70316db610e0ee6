import { markPrefix, readMark } from '../../core/mark.js';
import { isTerminal } from '../../core/reading.js';
import { mostPages } from '../border.js';
import type { Call, FindQuery, Found } from '../provider.js';
import type { BrowserbaseClient, BrowserbaseRunFilter } from './client.js';
import { carriesMark, ownMark } from './mark.js';
import { liveStatuses, stateOfRun } from './run-states.js';
import type { BrowserbaseRun } from './schemas.js';

/** Every run with a mark, live or not. */
export async function findRuns(client: BrowserbaseClient, query: FindQuery, call: Call): Promise<Found[]> {
  const runs = await runsOf(client, { startAt: query.since, agentId: query.agentId }, call);
  return runs.flatMap((run) => {
    const mark = soughtMark(run, query);
    return mark === undefined ? [] : [foundRun(run, mark)];
  });
}

function soughtMark(run: BrowserbaseRun, { mark, anyGeneration }: FindQuery): string | undefined {
  if (!anyGeneration) return carriesMark(run, mark) ? mark : undefined;
  const own = ownMark(run);
  return own !== undefined && markPrefix(own) === markPrefix(mark) ? own : undefined;
}

/** The live runs whose own mark is of this deployment. */
export async function listMarkedRuns(client: BrowserbaseClient, deployment: string, call: Call): Promise<Found[]> {
  const runs: BrowserbaseRun[] = [];
  for (const status of liveStatuses) runs.push(...(await runsOf(client, { status }, call)));
  // A run may have changed its status between two lists.
  const byId = new Map(runs.map((run) => [run.runId, run]));
  return [...byId.values()].flatMap((run) => {
    const mark = ownMark(run);
    return mark !== undefined && readMark(mark)?.deployment === deployment ? [foundRun(run, mark)] : [];
  });
}

async function runsOf(client: BrowserbaseClient, filter: BrowserbaseRunFilter, call: Call): Promise<BrowserbaseRun[]> {
  const all: BrowserbaseRun[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < mostPages; page += 1) {
    const { runs, nextCursor } = await client.runs.list({ ...filter, limit: 100, cursor }, call);
    all.push(...runs);
    if (nextCursor === undefined || nextCursor === cursor) break;
    cursor = nextCursor;
  }
  return all;
}

function foundRun(run: BrowserbaseRun, mark: string): Found {
  const { runId: id, createdAt, status: providerStatus } = run;
  return { kind: 'run', id, mark, live: !isTerminal(stateOfRun(run)), createdAt, providerStatus };
}
