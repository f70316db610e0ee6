import { msToTs } from '@temporalio/common/lib/time.js';
import { Client, Connection } from '@temporalio/client';
import { afterAll, assert, beforeAll, expect, test } from 'vitest';
import { connect } from '../../src/client/connect.js';
import { anchor } from '../../src/core/builders.js';
import { replayAll } from '../../src/testing/replay.js';
import { startRealServer, type TestServer } from '../../src/testing/test-server.js';
import { registerSearchAttributes } from '../../src/worker/embedded/search-attributes.js';
import { startWorker } from '../../src/worker/run-worker.js';

const namespace = 'bare';
const command = /^Run: temporal operator search-attribute create --namespace bare --name PerdureStatus --type Keyword/;
const missing = expect.objectContaining({
  code: 'search-attributes-missing',
  hint: expect.stringMatching(command),
});

let server: TestServer;
let connection: Connection;
beforeAll(async () => {
  server = await startRealServer();
  assert(server.client.connection instanceof Connection);
  connection = server.client.connection;
  const workflowExecutionRetentionPeriod = msToTs('1 day');
  await connection.workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod });
});
afterAll(async () => {
  await replayAll(new Client({ connection, namespace }));
  await server.close();
});

test('a namespace without the search attributes refuses starts, lists and workers with the command that adds them', async () => {
  const perdure = await connect({ client: new Client({ connection, namespace }), env: {}, deployment: 'test' });
  const agent = anchor.webTask({ prompt: 'x', url: 'https://example.com' });
  // The server takes a moment until it knows a new namespace everywhere.
  await expect
    .poll(() => perdure.start({ key: 'bare', agent }).catch((error: unknown) => error), { timeout: 20_000 })
    .toEqual(missing);
  await expect(perdure.list({ status: ['running'] })).rejects.toEqual(missing);
  const { address } = connection.options;
  const target = { kind: 'external' as const, address, namespace, connection: { address }, from: 'TEMPORAL_ADDRESS' };
  await expect(startWorker({ target, env: {} })).rejects.toEqual(missing);

  await registerSearchAttributes(connection, namespace);
  const run = await perdure.start({ key: 'bare', agent });
  expect(await perdure.list()).toMatchObject([{ key: 'bare' }]);
  const worker = await startWorker({ target, env: {}, deployment: 'test' });
  const outcome = await run.outcome();
  expect(outcome).toMatchObject({ status: 'failed', error: { code: 'account-unknown' } });
  await worker.stop();
});
