import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { wire } from '../../src/core/names.js';
import { type StartRef, watcherId, watchersOf } from '../../src/core/watch.js';
import type { Closing } from '../closing.js';
import type { Party } from '../stage/stage.js';

/** Events of history after which the watchers continue as new; their default is 500. */
const mostEvents = 50;
/** Milliseconds that a query may take, and that a watcher has for its answer in all. */
const longestQuery = 10_000;
const patience = 60_000;
/** Milliseconds by which lists may be behind what is true. */
const listsBehind = 2_000;

/** Starts the watchers of an account, which end with the bench; their workflow ids. */
export async function startWatchers(client: Client, party: Party, closing: Closing): Promise<string[]> {
  const { account, taskQueue } = party;
  const ids = watchersOf(account, taskQueue).map(watcherId);
  for (const workflowId of ids) {
    await client.workflow.start('watcher', { workflowId, taskQueue, args: [{ version: 1, account, mostEvents }] });
    // On a server that others go on using, they would watch runs that do not exist for ever.
    closing.add(async () => void (await client.workflow.getHandle(workflowId).terminate()));
  }
  return ids;
}

/** Workflow ids of all the runs that the watchers know. */
export async function enrolledWith(client: Client, watchers: readonly string[]): Promise<Set<string>> {
  const enrolled = await Promise.all(watchers.map((watcher) => ask(client, watcher)));
  return new Set(enrolled.flat().map(({ id }) => id));
}

/** One that continues as new at that very moment answers when it is asked again. */
async function ask(client: Client, watcher: string): Promise<StartRef[]> {
  const until = Date.now() + patience;
  const handle = client.workflow.getHandle(watcher);
  for (;;) {
    try {
      return await client.withDeadline(Date.now() + longestQuery, () => handle.query<StartRef[]>(wire.enrolled));
    } catch (error) {
      if (Date.now() > until) throw error;
      await sleep(500);
    }
  }
}

/** How often the watchers have continued as new by then, in epoch milliseconds. */
export async function continuedBy(client: Client, watchers: readonly string[], then: number): Promise<number> {
  await sleep(Math.max(0, then + listsBehind - Date.now()));
  let continued = 0;
  for (const watcher of watchers) {
    const query = `WorkflowId = '${watcher}' AND ExecutionStatus = 'ContinuedAsNew'`;
    for await (const { closeTime } of client.workflow.list({ query })) {
      if (closeTime && closeTime.getTime() <= then) continued += 1;
    }
  }
  return continued;
}
