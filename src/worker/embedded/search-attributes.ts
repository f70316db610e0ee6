import { setTimeout as pause } from 'node:timers/promises';
import type { Connection } from '@temporalio/client';
import { cloudAttributeCure, searchAttributeCure } from '../../client/search-attribute-cure.js';
import { PerdureError } from '../../core/errors.js';
import { searchAttributes } from '../../core/names.js';

/** What of a connection is asked; those of clients and of workers have it. */
type Asked = Pick<Connection, 'operatorService' | 'withDeadline'>;

/** The wire value of Temporal's type Keyword. */
const keyword = 2;
const deadlineMs = 10_000;
const settleMs = 15_000;

/**
 * Makes sure that a namespace (of Temporal Cloud, where so said) has the search attributes of Perdure. Throws
 * `search-attributes-missing` with the command that adds them; a server that can't be asked rejects with its own error.
 */
export async function checkSearchAttributes(connection: Asked, namespace: string, cloud = false): Promise<void> {
  const { missing, mistyped } = await inspect(connection, namespace);
  if (missing.length === 0 && mistyped.length === 0) return;
  const parts = [
    ...(missing.length > 0 ? [`lacks the search attributes ${missing.join(', ')}`] : []),
    ...(mistyped.length > 0 ? [`has ${mistyped.join(', ')} of another type than Keyword`] : []),
  ];
  throw new PerdureError({
    code: 'search-attributes-missing',
    message: `The Temporal namespace '${namespace}' ${parts.join(' and ')}.`,
    hint: (cloud ? cloudAttributeCure : searchAttributeCure)(namespace, missing, mistyped),
  });
}

/**
 * Adds the search attributes that a namespace lacks, waits (at most 15 seconds) until the server shows them, and gives
 * the names that were added. Throws `search-attributes-missing` when they don't come or one has another type.
 */
export async function registerSearchAttributes(connection: Asked, namespace: string): Promise<string[]> {
  const { missing } = await inspect(connection, namespace);
  if (missing.length > 0) {
    const added = Object.fromEntries(missing.map((name) => [name, keyword]));
    await connection.withDeadline(Date.now() + deadlineMs, () =>
      connection.operatorService.addSearchAttributes({ namespace, searchAttributes: added }),
    );
    const until = Date.now() + settleMs;
    while ((await inspect(connection, namespace)).missing.length > 0 && Date.now() < until) await pause(100);
  }
  await checkSearchAttributes(connection, namespace);
  return missing;
}

async function inspect(connection: Asked, namespace: string): Promise<{ missing: string[]; mistyped: string[] }> {
  const { customAttributes } = await connection.withDeadline(Date.now() + deadlineMs, () =>
    connection.operatorService.listSearchAttributes({ namespace }),
  );
  const typeOf = (name: string) => customAttributes?.[name];
  return {
    missing: searchAttributes.filter((name) => typeOf(name) === undefined),
    mistyped: searchAttributes.filter((name) => ![undefined, keyword].includes(typeOf(name))),
  };
}
