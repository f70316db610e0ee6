import { fileURLToPath } from 'node:url';
import { type PerdureTest, perdureTest } from 'perdure/testing';
import { afterEach, expect, test } from 'vitest';
import { Approval, Invoice, type PayInput, Receipt } from './schemas.js';
import type { payInvoice } from './workflows.js';

const workflowsPath = fileURLToPath(new URL('./workflows.ts', import.meta.url));
const schemas = { Invoice, Approval, Receipt };
const input: PayInput = {
  read: { url: 'https://portal.example.com', prompt: 'Read the newest invoice.' },
  pay: { task: 'Pay the newest invoice.' },
};

let t: PerdureTest;
afterEach(() => t.close());

const start = (workflowId: string) =>
  t.client.workflow.start<typeof payInvoice>('payInvoice', { args: [input], workflowId, taskQueue: t.taskQueue });

test('an invoice that a person approves is paid, once, also when the reply to the start is lost', {
  timeout: 60_000,
}, async () => {
  t = await perdureTest({ workflowsPath, schemas }); // server, simulator, worker; skips time where it can
  t.simulator.on('anchor.webTask').lasts('40 min').returns({ total: 12 });
  t.simulator.on('browserbase.agentRun').losesReplyToStart().returns({ number: 'R-1' });
  const handle = await start('pay-1');
  const question = await t.nextQuestion(handle);
  expect(question).toMatchObject({ id: 'pay-1~approve', title: 'Pay 12?', assignees: ['finance'] });
  await t.answer(question, { approved: true }, { by: 'ann' });
  await t.advance('1 hour');
  expect(await handle.result()).toEqual({ number: 'R-1' });
  expect(t.ledger.effects('browserbase.agentRun')).toHaveLength(1);
  expect(t.ledger.open).toEqual([]);
});

test('an invoice that nobody approves within three days is not paid', { timeout: 60_000 }, async () => {
  t = await perdureTest({ workflowsPath, schemas, scale: 0.0001 });
  t.simulator.on('anchor.webTask').returns({ total: 12 });
  const handle = await start('pay-2');
  await t.nextQuestion(handle);
  await t.advance('3 days');
  expect(await handle.result()).toEqual({ paid: false, by: 'perdure' });
  expect(t.ledger.effects('browserbase.agentRun')).toEqual([]);
});

test('a payment that its provider refuses for now, and then says little of, is made once', {
  timeout: 60_000,
}, async () => {
  t = await perdureTest({ workflowsPath, schemas });
  t.simulator.on('anchor.webTask').returns({ total: 12 });
  t.simulator
    .on('browserbase.agentRun')
    .meets({ kind: '429', on: 'start', retryAfter: 1, times: 2 })
    .meets({ kind: 'html', on: 'status', status: 502, times: 2 })
    .returns({ number: 'R-1' });
  const handle = await start('pay-3');
  await t.answer(await t.nextQuestion(handle), { approved: true }, { by: 'ann' });
  expect(await handle.result()).toEqual({ number: 'R-1' });
  expect(t.ledger.requests({ operation: 'start', endpoint: 'browserbase.agentRun' })).toHaveLength(3);
  expect(t.ledger.effects('browserbase.agentRun')).toHaveLength(1);
});
