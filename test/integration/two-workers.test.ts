import type { ChildProcess } from 'node:child_process';
import path from 'node:path';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { mostAtOnce } from '../faults/judge-limits.js';
import { endProcess, openStage, type Stage } from '../support/stage.js';

const fixtures = path.resolve(import.meta.dirname, 'fixtures');
const workflowsPath = path.join(fixtures, 'read-page.ts');
const concurrentRuns = 2;
const runsEach = 3;

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

interface Flow {
  taskQueue: string;
  workflowId: string;
}

async function start(flows: readonly Flow[]): Promise<void> {
  for (const { taskQueue, workflowId } of flows) {
    const args = [`https://example.com/${workflowId}`];
    await stage.client.workflow.start('readPage', { taskQueue, workflowId, args });
  }
}

/** Starts workflows of one step on each of the queues, the first of which has a slot each, and gives the keys of their runs. */
async function startCrowd(name: string): Promise<string[]> {
  const flowsOf = (index: number) =>
    ['one', 'two'].map((taskQueue) => ({ taskQueue, workflowId: `${name}-${taskQueue}-${index}` }));
  const first = flowsOf(0);
  const begun = first.map(({ workflowId: text }) => {
    stage.simulator.on('anchor.webTask', { text }).lasts('20 min');
    return stage.simulator.next({ on: 'start', text, phase: 'replied' });
  });
  await start(first);
  await Promise.all(begun);
  const others = Array.from({ length: runsEach - 1 }, (_, index) => flowsOf(index + 1)).flat();
  await start(others);
  return [...first, ...others].map(({ workflowId }) => `${workflowId}/read`);
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
    const keys = await startCrowd(`dies-${dies}`);
    await simulator.next({ on: 'status', phase: 'received' });
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
  240_000,
);
