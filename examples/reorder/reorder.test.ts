import { fileURLToPath } from 'node:url';
import { perdureTest } from 'perdure/testing';
import { expect, test } from 'vitest';
import { Order, Stock } from './schemas.js';

const workflowsPath = fileURLToPath(new URL('./workflows.ts', import.meta.url));

test('lamps are ordered when there are few', async () => {
  const t = await perdureTest({ time: 'real', workflowsPath, schemas: { Order, Stock } });
  t.simulator.on('anchor.webTask').returns({ lamps: 3 });
  t.simulator.on('browserbase.agentRun').returns({ number: 'A-1' });
  const call = { args: ['https://shop.example.com'], workflowId: 'shop-1', taskQueue: t.taskQueue };
  expect(await t.client.workflow.execute('reorder', call)).toEqual({ number: 'A-1' });
  expect(t.ledger.open).toEqual([]); // by the providers' own books, nothing was left open
  await t.close();
}, 60_000);
