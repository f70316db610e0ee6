import { Client, Connection } from '@temporalio/client';
import { replayAll } from '../../src/testing/replay.js';

/** Replays all that Perdure's own workflows have played at a server, in a namespace. */
export async function replayAt(address: string, namespace = 'default'): Promise<void> {
  const connection = await Connection.connect({ address });
  try {
    await replayAll(new Client({ connection, namespace }));
  } finally {
    await connection.close();
  }
}
