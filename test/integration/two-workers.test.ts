import type { ChildProcess } from 'node:child_process';
import path from 'node:path';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { mostAtOnce } from '../faults/judge-limits.js';
import { endProcess, openStage, type Stage } from '../support/stage.js';

const fixtures = path.resolve(import.meta.dirname, 'fixtures');
const workflowsPath = path.join(fixtures, 'read-page.ts');
const concurrentRuns = 2;
const runsEach = 4;

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
  stage.simulator.on('anchor.webTask').lasts('5 min').returns({ total: 12 });
});
afterAll(async () => {
  const workflowBundle = await bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('WARN') });
  await stage.close({ replayers: new Map(['one', 'two'].map((queue) => [queue, { workflowBundle }])) });
});

/** A user's own worker, which serves Perdure's queue beside its own; both have the same key of the provider. */
function startWorker(taskQueue: string): Promise<ChildProcess> {
  const { address, workerOptions, simulator } = stage;
  const { deployment, timeScale } = workerOptions;
  const account = { apiKey: simulator.keys.anchor[0], baseUrl: simulator.anchorUrl, limits: { concurrentRuns } };
  const accounts = { 'anchor/default': account };
  const options = { address, workflowsPath, taskQueue, deployment, timeScale, accounts };
  return stage.forkWorker(path.join(fixtures, 'example-worker.mjs'), options);
}

/** Starts workflows of one step on each of the queues, and gives the keys of their runs. */
async function startCrowd(name: string): Promise<string[]> {
  const flows = ['one', 'two'].flatMap((taskQueue) =>
    Array.from({ length: runsEach }, (_, index) => ({ taskQueue, workflowId: `${name}-${taskQueue}-${index}` })),
  );
  for (const { taskQueue, workflowId } of flows) {
    const args = [`https://example.com/${workflowId}`];
    await stage.client.workflow.start('readPage', { taskQueue, workflowId, args });
  }
  return flows.map(({ workflowId }) => `${workflowId}/read`);
}

/** Resolves when both slots are taken, in the middle of a look at one of the runs: nothing is being started. */
function slotsTaken(): Promise<void> {
  return new Promise((resolve) => {
    const watch = () =>
      stage.simulator.when({ on: 'status', phase: 'received', times: 1 }, () => {
        if (stage.simulator.ledger.runs.filter(({ state }) => state === 'working').length < concurrentRuns) watch();
        else resolve();
      });
    watch();
  });
}

test.each([
  ['one', 'two'],
  ['two', 'one'],
])(
  "two users' workers with one key of a provider keep one limit, and when that of the queue %s is killed all runs end",
  async (dies) => {
    const { simulator, perdure, client } = stage;
    const workers = new Map(
      await Promise.all(['one', 'two'].map(async (queue) => [queue, await startWorker(queue)] as const)),
    );
    const taken = slotsTaken();
    const keys = await startCrowd(`dies-${dies}`);
    await taken;
    const dying = workers.get(dies);
    if (dying) await endProcess(dying);
    const waited = keys.filter((key) => !key.startsWith(`dies-${dies}-${dies}`));
    for (const key of waited) expect(await perdure.get(key).outcome()).toMatchObject({ status: 'completed' });
    workers.set(dies, await startWorker(dies));
    for (const key of keys) {
      expect(await perdure.get(key).outcome()).toMatchObject({ status: 'completed' });
      expect(await client.workflow.getHandle(key.replace('/read', '')).result()).toEqual({ total: 12 });
    }
    const runs = simulator.ledger.runs.filter(({ text }) => text.includes(`/dies-${dies}-`));
    expect(runs).toHaveLength(keys.length);
    expect(mostAtOnce(runs)).toBe(concurrentRuns);
    await Promise.all([...workers.values()].map(endProcess));
  },
  120_000,
);
