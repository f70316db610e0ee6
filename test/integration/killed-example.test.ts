import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { Approval, type CollectInput, Invoices } from '../../examples/collect-invoices/schemas.js';
import type { collectInvoices } from '../../examples/collect-invoices/workflows.js';
import type { HookWhere } from '../../src/simulator/hook.js';
import { endProcess, openStage, type Stage } from '../support/stage.js';

const workflowsPath = path.resolve(import.meta.dirname, '../../examples/collect-invoices/workflows.ts');
const workerFile = path.resolve(import.meta.dirname, 'fixtures/example-worker.mjs');
const taskQueue = 'invoices';
const patient = { timeout: 90_000, interval: 200 };

let stage: Stage;
let worker: ChildProcess;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

async function startWorker(): Promise<void> {
  const { address, workerOptions, home } = stage;
  const { deployment, timeScale, accounts } = workerOptions;
  const schemas = { Approval: z.toJSONSchema(Approval), Invoices: z.toJSONSchema(Invoices) };
  const options = { address, workflowsPath, taskQueue, deployment, timeScale, accounts, schemas, home };
  worker = await stage.forkWorker(workerFile, options);
}

/** Kills the worker outright, and has another take its place. */
async function replaceWorker(): Promise<void> {
  await endProcess(worker);
  await startWorker();
}

/** Resolves when the worker was killed in the moment of this request, which is held meanwhile; another takes its place. */
function killedAt(where: HookWhere): Promise<void> {
  return new Promise((resolve, reject) => {
    stage.simulator.when({ ...where, times: 1 }, async () => {
      await endProcess(worker);
      startWorker().then(resolve, reject);
    });
  });
}

const site = (name: string) => ({ name, url: `https://${name}.example.com` });

test('a worker that is killed between any two steps of collecting invoices does none of them twice', async () => {
  const { simulator, perdure, client } = stage;
  for (const name of ['power', 'rent']) {
    const files = ['one', 'two'].map((text) => ({ name: 'invoice.pdf', content: `${text} of ${name}` }));
    simulator
      .on('anchor.webTask', { text: site(name).url })
      .lasts('10 min')
      .returns({ cents: 100, files: 2 });
    simulator.on('anchor.webTask', { text: site(name).url }).downloads(...files);
  }
  const input: CollectInput = { month: 'm', sites: [site('power'), site('rent')], budget: { runs: 2 } };
  await startWorker();
  const workflowId = 'killed';
  const handle = await client.workflow.start<typeof collectInvoices>('collectInvoices', {
    args: [input],
    workflowId,
    taskQueue,
  });

  // Between the starts of the agents and their ends.
  for (const { name } of input.sites) {
    const running = async () => expect((await perdure.get(`killed/${name}`).status()).status).toBe('running');
    await vi.waitFor(running, patient);
  }
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
