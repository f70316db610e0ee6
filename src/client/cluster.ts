import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Client } from '@temporalio/client';
import { PerdureError } from '../core/errors.js';

/** What is needed to ask Temporal which namespace it is. */
export type NamespaceClient = Pick<Client, 'workflowService'> & { namespace: string };

/**
 * Makes sure that a home belongs to this Temporal namespace, which the first that asks writes into the home: in another
 * one no workflow of this deployment is known, and everything alive would be taken for left behind.
 * @throws PerdureError `cluster-unknown`, `home-not-writable`.
 */
export async function assertKnownCluster(client: NamespaceClient, home: string, accept: boolean): Promise<void> {
  const here = await identityOf(client);
  const file = path.join(home, 'cluster');
  const known = accept ? undefined : read(file);
  if (known === undefined) return write(file, here);
  if (known.split(' ')[0] === here.split(' ')[0]) return;
  throw new PerdureError({
    code: 'cluster-unknown',
    message: `The Temporal namespace here is ${here}; the home ${home} belongs to ${known}.`,
    hint: 'Check TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE and PERDURE_HOME. If the move is meant: npx perdure sweep --accept-cluster',
  });
}

/** Has a home that belongs to no Temporal namespace yet remember the one that its first worker serves. */
export async function rememberCluster(client: NamespaceClient, home: string): Promise<void> {
  // Whoever sweeps is told what is wrong; a worker has to go on.
  await assertKnownCluster(client, home, false).catch(() => undefined);
}

/** The namespace's own id, which no other cluster has and a namespace made anew has not either, and its name. */
async function identityOf({ workflowService, namespace }: NamespaceClient): Promise<string> {
  const { namespaceInfo } = await workflowService.describeNamespace({ namespace });
  return `${namespaceInfo?.id ?? ''} ${namespace}`;
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim() || undefined;
  } catch {
    return undefined;
  }
}

function write(file: string, identity: string): void {
  try {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, `${identity}\n`);
  } catch (cause) {
    throw new PerdureError({
      code: 'home-not-writable',
      message: `The file ${file} can't be written.`,
      hint: 'Set PERDURE_HOME to a folder of yours: a sweep needs to know its Temporal namespace again.',
      cause,
    });
  }
}
