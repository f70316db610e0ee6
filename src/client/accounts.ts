import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { accountId, type AccountReport, type Limits, type LimitsChange } from '../core/admission.js';
import { wire } from '../core/names.js';
import { sharedPriority, watcherId, type WatcherReport, watchersOf } from '../core/watch.js';
import { accountName } from '../schemas/account.js';
import { parse } from '../schemas/parse.js';
import { limits as limitsSchema } from '../schemas/config.js';

/** How an account stands: who has its slots, who waits, and how its runs are looked at. */
export interface AccountState {
  account: string;
  /** Absent where the account has no limits and never had any. */
  slots?: AccountReport;
  /** One for each watcher of the account that runs. */
  watchers: WatcherReport[];
}

/** Milliseconds that a workflow may take to answer. */
const patience = 10_000;

/** Asks an account and its watchers how they stand. Throws `bad-input`. */
export async function readAccount(client: Client, name: string, taskQueue: string): Promise<AccountState> {
  const account = parse(accountName, name, 'the account');
  const [slots, ...watchers] = await Promise.all([
    ask<AccountReport>(client, accountId(account), wire.account),
    ...watchersOf(account, taskQueue).map((place) => ask<WatcherReport>(client, watcherId(place), wire.watching)),
  ]);
  return { account, ...(slots && { slots }), watchers: watchers.filter((watcher) => watcher !== undefined) };
}

async function ask<T>(client: Client, id: string, query: string): Promise<T | undefined> {
  const handle = client.workflow.getHandle(id);
  try {
    const { status } = await handle.describe();
    if (status.name !== 'RUNNING') return undefined;
    return await client.withDeadline(Date.now() + patience, () => handle.query<T>(query));
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

/** Changes what an account allows, by hand: this outranks what the workers are configured with; null takes it back. */
export async function changeLimits(
  client: Client,
  name: string,
  given: Limits | null,
  taskQueue: string,
): Promise<void> {
  const account = parse(accountName, name, 'the account');
  const live = given === null ? null : parse(limitsSchema, given, 'the limits');
  const change: LimitsChange = { live };
  await client.workflow.signalWithStart('account', {
    workflowId: accountId(account),
    taskQueue,
    args: [{ version: 1, account }],
    priority: sharedPriority,
    signal: wire.limits,
    signalArgs: [change],
  });
}
