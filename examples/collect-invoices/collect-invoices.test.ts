import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type PerdureTest, perdureTest } from 'perdure/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Approval, type CollectInput, Invoices } from './schemas.js';
import type { collectInvoices } from './workflows.js';

const workflowsPath = fileURLToPath(new URL('./workflows.ts', import.meta.url));

let t: PerdureTest;
beforeAll(async () => {
  t = await perdureTest({ time: 'real', workflowsPath, schemas: { Approval, Invoices } });
});
afterAll(async () => {
  expect(t.ledger.open).toEqual([]);
  await t.close();
});

const budget = { runs: 10, minutes: 200 };
const site = (name: string) => ({ name, url: `https://${name}.example.com` });

function start(month: string, names: string[], change: Partial<CollectInput> = {}) {
  const sites = names.map((name) => site(`${name}-${month}`));
  const args: [CollectInput] = [{ month, sites, budget, ...change }];
  return t.client.workflow.start<typeof collectInvoices>('collectInvoices', {
    args,
    workflowId: month,
    taskQueue: t.taskQueue,
  });
}

/** Has the agents find invoices at a site, whoever runs them. */
function invoicesAt(name: string, cents: number, ...contents: string[]) {
  const files = contents.map((content) => ({ name: 'invoice.pdf', content }));
  return t.simulator
    .on('*', { text: site(name).url })
    .downloads(...files)
    .returns({ cents, files: files.length });
}

const endpointsOf = (text: string) =>
  t.ledger.runs.filter((run) => run.text.includes(text)).map(({ endpoint }) => endpoint);

test('the invoices of all sites are on disk, and finance approves their total', async () => {
  invoicesAt('power-m1', 1250, 'one');
  invoicesAt('rent-m1', 90_000, 'two', 'three');
  invoicesAt('phone-m1', 0);
  invoicesAt('water-m1', 4000, 'four');
  const handle = await start('m1', ['power', 'rent', 'phone', 'water']);
  const question = await t.nextQuestion(handle);
  expect(question).toMatchObject({ title: 'Pay 952.50 for m1?', assignees: ['finance'] });
  expect(question.message).toContain('rent-m1: 900.00, invoice.pdf, invoice (2).pdf');
  await t.answer(question, { approved: true }, { by: 'finance' });
  const report = await handle.result();
  expect(report).toMatchObject({ cents: 95_250, approved: true, by: 'finance' });
  const files = report.sites.flatMap((each) => ('files' in each ? each.files : []));
  expect(files.map(({ path }) => readFileSync(path, 'utf8')).sort()).toEqual(['four', 'one', 'three', 'two']);
  expect(t.ledger.effects('browserbase.agentRun').filter(({ detail }) => String(detail).includes('-m1'))).toEqual([]);
});

test('a site that the first provider does not get done is done by the other, and its files come from there', async () => {
  invoicesAt('power-m2', 100, 'one');
  invoicesAt('rent-m2', 200, 'two');
  t.simulator.on('anchor.webTask', { text: site('rent-m2').url }).fails('The site is down.');
  const handle = await start('m2', ['power', 'rent']);
  await t.answer(await t.nextQuestion(handle), { approved: true }, { by: 'finance' });
  expect(await handle.result()).toMatchObject({
    cents: 300,
    sites: [{ files: [{ bytes: 3 }] }, { files: [{ bytes: 3 }] }],
  });
  expect(endpointsOf('power-m2')).toEqual(['anchor.webTask']);
  expect(endpointsOf('rent-m2')).toEqual(['anchor.webTask', 'browserbase.agentRun']);
});

test('what finance refuses is not approved, and the files stay', async () => {
  invoicesAt('power-m3', 100, 'one');
  const handle = await start('m3', ['power']);
  await t.answer(await t.nextQuestion(handle), { approved: false, note: 'twice' }, { by: 'finance' });
  expect(await handle.result()).toMatchObject({
    approved: false,
    by: 'finance',
    sites: [{ files: [{ name: 'invoice.pdf' }] }],
  });
});

test('a budget that is too small for the runs is not exceeded, and finance is told what is missing', async () => {
  for (const name of ['power-m4', 'rent-m4', 'phone-m4']) invoicesAt(name, 100, 'one');
  const handle = await start('m4', ['power', 'rent', 'phone'], { budget: { runs: 2 } });
  const question = await t.nextQuestion(handle);
  expect(question).toMatchObject({
    title: 'Pay 2.00 for m4?',
    message: expect.stringMatching(/missing\. .*0 runs left of 2/),
  });
  await t.answer(question, { approved: true }, { by: 'finance' });
  expect((await handle.result()).sites.filter((each) => 'missing' in each)).toHaveLength(1);
  expect(endpointsOf('-m4')).toHaveLength(2);
});

test('a budget of less than one run starts nothing and asks nobody', async () => {
  const handle = await start('m5', ['power', 'rent'], { budget: { runs: 5, minutes: 10 } });
  expect(await handle.result()).toMatchObject({
    cents: 0,
    approved: false,
    sites: [{ missing: expect.any(String) }, {}],
  });
  expect(endpointsOf('-m5')).toEqual([]);
});

test('invoices that an agent speaks of and did not download are missing', async () => {
  t.simulator.on('*', { text: site('power-m6').url }).returns({ cents: 100, files: 1 });
  const handle = await start('m6', ['power']);
  expect(await handle.result()).toMatchObject({
    cents: 0,
    sites: [{ missing: expect.stringContaining('0 of the 1 files') }],
  });
});
