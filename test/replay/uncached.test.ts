import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { connect } from '../../src/client/connect.js';
import { anchor } from '../../src/core/builders.js';
import { findOpenQuestion } from '../../src/testing/open-question.js';
import { openStage, type Stage } from '../plugin/stage.js';

/** Each tick replays all that its watcher has seen. */
const timings = { cadence: { first: 60_000, max: 60_000 } };
/** Beyond what a busy machine takes. */
const deadline = '10 hours';

let stage: Stage;
beforeEach(async () => {
  stage = await openStage();
});
afterEach(async () => {
  expect(stage.simulator.ledger.open).toEqual([]);
  await stage.close();
});

test('a worker that keeps no workflow in memory replays at each task, and all goes on as ever (fault matrix 13: no cache)', async () => {
  stage.simulator.on('*').lasts('1 min').returns({ total: 12 });
  stage.simulator.on('*', { text: 'asking' }).asks({ kind: 'text', message: 'Which account?', after: '5 s' });
  const { client } = stage.server;
  const worker = await stage.worker({
    taskQueue: 'uncached',
    workflowsPath: path.join(import.meta.dirname, 'fixtures', 'workflows.ts'),
    maxCachedWorkflows: 0,
    plugins: [stage.plugin({ taskQueue: 'uncached' })],
  });
  const perdure = await connect({ client, env: {}, taskQueue: 'uncached', deployment: 'test', timeScale: 0.01 });
  const agent = anchor.webTask({ prompt: 'asking', url: 'https://example.com', human_intervention: true });
  const run = await perdure.start({ key: 'asking', agent, timings, deadline });
  const steps = await client.workflow.start('twoSteps', { taskQueue: 'uncached', workflowId: 'steps', args: ['two'] });
  await worker.runUntil(async () => {
    const open = () => findOpenQuestion(client, run.workflowId).catch(() => undefined);
    const question = await vi.waitUntil(open, { timeout: 60_000, interval: 200 });
    const verdict = await perdure.answer(question.id, 'the second', { by: 'ann' });
    expect(verdict).toEqual({ accepted: true });
    expect(await run.outcome()).toMatchObject({ status: 'completed', questions: [{ state: 'applied', by: 'ann' }] });
    expect(await steps.result()).toEqual({ total: 12 });
  });
});

test('a run of an older worker goes on with a newer one whose change is patched in (fault matrix 14: two versions of workers)', async () => {
  stage.simulator.on('*', { text: 'older' }).asks({ kind: 'text', message: 'Which account?', after: '5 s' });
  const { client } = stage.server;
  const taskQueue = 'versions';
  const work = (file: string) =>
    stage.worker({
      taskQueue,
      identity: file,
      workflowsPath: path.join(import.meta.dirname, 'fixtures', file),
      maxCachedWorkflows: 0,
      plugins: [stage.plugin({ taskQueue })],
    });
  const perdure = await connect({ client, env: {}, taskQueue, deployment: 'test', timeScale: 0.01 });
  const start = (prompt: string) =>
    perdure.start({ key: prompt, agent: anchor.webTask({ prompt, human_intervention: true }), timings, deadline });
  const older = await work('workflows.ts');
  const run = await start('older');
  // Where nothing is cached, a query that meets a task of its workflow may fail.
  const open = () => findOpenQuestion(client, run.workflowId).catch(() => undefined);
  const question = await older.runUntil(() => vi.waitUntil(open, { timeout: 60_000, interval: 200 }));
  const newer = await work('patched-workflows.ts');
  await newer.runUntil(async () => {
    const beside = await start('newer');
    await perdure.answer(question.id, 'the second', { by: 'ann' });
    for (const each of [run, beside]) expect(await each.outcome()).toMatchObject({ status: 'completed' });
    expect(await workersOf(beside.workflowId)).toEqual(['patched-workflows.ts']);
  });
  expect(await workersOf(run.workflowId)).toEqual(['workflows.ts', 'patched-workflows.ts']);
});

/** The workers that took a workflow's tasks, each once. */
async function workersOf(workflowId: string): Promise<string[]> {
  const { events } = await stage.server.client.workflow.getHandle(workflowId).fetchHistory();
  const identities = (events ?? []).map((event) => event.workflowTaskCompletedEventAttributes?.identity);
  return [...new Set(identities.filter((identity) => identity != null))];
}
