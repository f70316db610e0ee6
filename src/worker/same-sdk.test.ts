import type { NativeConnection, Worker } from '@temporalio/worker';
import { expect, test } from 'vitest';
import { PerdurePlugin } from './plugin.js';

const plugin = new PerdurePlugin({ env: {}, accounts: {} });
const refusal = {
  code: 'sdk-copies',
  message: expect.stringMatching(/^This worker is of another copy of @temporalio\/worker .* 1\.24\.\d+ in /) as unknown,
  hint: expect.stringContaining('npm dedupe') as unknown,
};

test('the plugin refuses a connection that another copy of the SDK made, and says the cure', async () => {
  const options = { taskQueue: 'own', connection: {} as NativeConnection };
  await expect(plugin.configureWorker(options)).rejects.toMatchObject(refusal);
});

test('the plugin refuses a worker that another copy of the SDK made, before it runs', async () => {
  const ran: unknown[] = [];
  const next = (worker: Worker) => Promise.resolve(void ran.push(worker));
  await expect(plugin.runWorker({} as Worker, next)).rejects.toMatchObject(refusal);
  expect(ran).toEqual([]);
});
