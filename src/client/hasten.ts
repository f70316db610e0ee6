import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { wire } from '../core/names.js';
import { type Haste, watcherId, watchersOf } from '../core/watch.js';
import { translateError } from './connection.js';

/**
 * Has an account's watchers look at these runs or sessions of the provider's soon; at all of theirs where none is named.
 * A watcher that does not run has nothing to look at.
 * @throws PerdureError `temporal-unreachable`.
 */
export async function hastenAccount(
  client: Client,
  { account, ids }: { account: string; ids: readonly string[] },
  taskQueue: string,
): Promise<void> {
  const haste: Haste = { ids: [...ids] };
  const signals = watchersOf(account, taskQueue).map(async (place) => {
    try {
      await client.workflow.getHandle(watcherId(place)).signal<[Haste]>(wire.hasten, haste);
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw translateError(error, client.options.namespace);
    }
  });
  await Promise.all(signals);
}
