import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { NativeConnection } from '@temporalio/worker';
import { afterAll, assert, beforeAll, expect, test, vi } from 'vitest';
import { assertReplays } from '../../examples/assert-replays.js';
import { agents } from '../../examples/five-builders.js';
import { Order, Stock } from '../../examples/reorder/schemas.js';
import { endpointNames } from '../../src/core/endpoints.js';
import { check } from '../../src/schemas/parse.js';
import { startOptions } from '../../src/schemas/start.js';
import { type PerdureTest, perdureTest } from '../../src/testing/perdure-test.js';

const password = 'correct horse';
let t: PerdureTest;

beforeAll(async () => {
  t = await perdureTest({
    time: 'real',
    workflowsPath: path.resolve(import.meta.dirname, '../../examples/reorder/workflows.ts'),
    schemas: { Order, Stock },
    secrets: { resolve: (name) => (name === 'PORTAL_PASSWORD' ? password : undefined) },
  });
});

afterAll(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  await t.close();
});

test('the builders of the example are one for each endpoint, and a start takes each', () => {
  expect(agents.map(({ endpoint }) => endpoint)).toEqual([...endpointNames]);
  for (const agent of agents) expect(check(startOptions, { key: 'example', agent })).toMatchObject({ ok: true });
});

test('the example of one run prints the invoice, and its secret went to the provider', async () => {
  t.simulator.on('anchor.webTask').returns({ number: '4711', total: 12 });
  const { connection } = t.client;
  assert(connection instanceof Connection);
  vi.stubEnv('TEMPORAL_ADDRESS', connection.options.address);
  vi.stubEnv('PERDURE_DEPLOYMENT', 'test');
  const print = vi.spyOn(console, 'log').mockReturnValue();
  await import('../../examples/one-run.js');
  expect(print.mock.calls).toEqual([['4711: 12']]);
  expect(JSON.stringify(t.ledger.requests())).toContain(password);
  expect(t.ledger.open).toEqual([]);
});

test('the example of a replay takes a history that the workflows lead to, and refuses one that they do not', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'perdure-replay-'));
  const recorded = path.resolve(import.meta.dirname, '../replay');
  const { history } = JSON.parse(
    await readFile(path.join(recorded, 'histories/0.1.0/browserbase.agentRun.json'), 'utf8'),
  ) as { history: unknown };
  const file = path.join(folder, 'open.json');
  await writeFile(file, JSON.stringify(history));
  await assertReplays(path.join(recorded, 'fixtures/workflows.ts'), file);
  await expect(assertReplays(path.join(recorded, 'fixtures/changed-workflows.ts'), file)).rejects.toMatchObject({
    name: 'DeterminismViolationError',
  });
  await rm(folder, { recursive: true });
});

async function reorder(workflowId: string): Promise<unknown> {
  const args = ['https://shop.example.com'];
  return t.client.workflow.execute('reorder', { args, workflowId, taskQueue: t.taskQueue });
}

test('the example of two steps orders when the stock is low, once', async () => {
  t.simulator.on('anchor.webTask').returns({ lamps: 3 });
  t.simulator.on('browserbase.agentRun').returns({ number: 'A-1' });
  expect(await reorder('shop-low')).toEqual({ number: 'A-1' });
  expect(t.ledger.effects('browserbase.agentRun')).toHaveLength(1);
  expect(t.ledger.open).toEqual([]);
});

test('the example of two steps orders nothing when there is enough', async () => {
  const before = t.ledger.effects('browserbase.agentRun').length;
  t.simulator.on('anchor.webTask').returns({ lamps: 30 });
  expect(await reorder('shop-full')).toBeUndefined();
  expect(t.ledger.effects('browserbase.agentRun')).toHaveLength(before);
});

test('the example of encryption leaves neither the prompt nor the secret in Temporal, and the provider gets both', async () => {
  const { connection } = t.client;
  assert(connection instanceof Connection);
  for (const [name, value] of Object.entries({
    PERDURE_CODEC_KEYS: `k1:${Buffer.alloc(32, 7).toString('base64')}`,
    PERDURE_HOME: t.home,
    PERDURE_DEPLOYMENT: 'test',
    PERDURE_TASK_QUEUE: 'perdure-encrypted',
    ANCHORBROWSER_API_KEY: t.simulator.keys.anchor[0],
    ANCHORBROWSER_BASE_URL: t.simulator.anchorUrl,
  })) {
    vi.stubEnv(name, value);
  }
  const { createWorker, dataConverter } = await import('../../examples/encrypted/worker.js');
  const native = await NativeConnection.connect({ address: connection.options.address });
  const workflowsPath = path.resolve(import.meta.dirname, '../../examples/encrypted/workflows.ts');
  const own = { connection: native, taskQueue: 'balances', workflowsPath };
  const worker = await createWorker(own, (name) => (name === 'portal/ann' ? 'open sesame' : undefined));
  const { workflow } = new Client({ connection, dataConverter });
  t.simulator.on('anchor.webTask').returns({ cents: 120 });
  const options = { args: ['https://portal.example.com'], workflowId: 'balance-1', taskQueue: 'balances' };
  expect(await worker.runUntil(workflow.execute('readBalance', options))).toEqual({ cents: 120 });
  await native.close();
  expect(JSON.stringify(t.ledger.requests({ operation: 'start' }))).toContain('open sesame');
  for (const id of ['balance-1', 'perdure:run:balance-1/read']) {
    const history = historyToJSON(await t.client.workflow.getHandle(id).fetchHistory());
    const stored = history.replace(/"data":\s*"([^"]+)"/g, (_, data: string) => Buffer.from(data, 'base64').toString());
    expect(stored).toContain('encryption-key-id');
    for (const plain of ['read the balance', 'vault:portal/ann', 'open sesame']) expect(stored).not.toContain(plain);
  }
});
