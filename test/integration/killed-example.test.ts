import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { Approval, type CollectInput, Invoices } from '../../examples/collect-invoices/schemas.js';
import type { collectInvoices } from '../../examples/collect-invoices/workflows.js';
import { type Example, openExample } from '../support/example.js';

const patient = { timeout: 90_000, interval: 200 };

let example: Example;
beforeAll(async () => {
  example = await openExample({ name: 'collect-invoices', schemas: { Approval, Invoices } });
});
afterAll(() => example.close());

const site = (name: string) => ({ name, url: `https://${name}.example.com` });

test('a worker that is killed between any two steps of collecting invoices does none of them twice', async () => {
  const { simulator, perdure, client, taskQueue, replaceWorker, killedAt } = example;
  for (const name of ['power', 'rent']) {
    const files = ['one', 'two'].map((text) => ({ name: 'invoice.pdf', content: `${text} of ${name}` }));
    simulator
      .on('anchor.webTask', { text: site(name).url })
      .lasts('10 min')
      .returns({ cents: 100, files: 2 });
    simulator.on('anchor.webTask', { text: site(name).url }).downloads(...files);
  }
  const input: CollectInput = { month: 'm', sites: [site('power'), site('rent')], budget: { runs: 2 } };
  await replaceWorker();
  const workflowId = 'killed';
  const handle = await client.workflow.start<typeof collectInvoices>('collectInvoices', {
    args: [input],
    workflowId,
    taskQueue,
  });

  // Between the starts of the agents and their ends.
  for (const { name } of input.sites) await example.untilRunning(`killed/${name}`);
  const betweenFiles = killedAt({ on: 'file.link', phase: 'received' });
  await replaceWorker();
  // Between the end of an agent and its files; then between two files.
  await betweenFiles;
  await killedAt({ on: 'file.link', phase: 'effected' });
  // While a person is asked, and once the person has answered.
  const question = await vi.waitFor(async () => {
    const [open] = await perdure.questions();
    return open ?? expect.fail('nothing is asked yet');
  }, patient);
  await replaceWorker();
  await perdure.answer(question.id, { approved: true }, { by: 'finance' });
  await replaceWorker();

  const report = await handle.result();
  expect(report).toMatchObject({ cents: 200, approved: true, by: 'finance' });
  const saved = report.sites.flatMap((each) => ('files' in each ? each.files : []));
  expect(saved.map(({ path: file }) => readFileSync(file, 'utf8')).sort()).toEqual([
    'one of power',
    'one of rent',
    'two of power',
    'two of rent',
  ]);
  const { ledger } = simulator;
  expect(ledger.effects('anchor.webTask').filter(({ effect }) => effect === 'start')).toHaveLength(2);
  expect(ledger.effects('browserbase.agentRun')).toEqual([]);
  // What was whole is not fetched again; each kill may have cut off one that was under way at the other site.
  const fetched = ledger.requests({ operation: 'file.content' }).map(({ path: place }) => place);
  expect(new Set(fetched).size).toBe(4);
  expect(fetched.length).toBeLessThanOrEqual(6);
  expect(ledger.open).toEqual([]);
  expect(question.id).toBe('killed~approve');
}, 300_000);
