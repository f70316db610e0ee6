import { randomBytes } from 'node:crypto';
import { Client } from '@temporalio/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connect } from '../../src/client/connect.js';
import { dataConverterOf } from '../../src/client/secret-settings.js';
import { loadSettings } from '../../src/client/settings.js';
import { type RunningWorker, startWorker } from '../../src/worker/run-worker.js';
import { agentOf } from '../support/agents.js';
import { openStage, type Stage } from '../support/stage.js';

const key = (id: string) => `${id}:${randomBytes(32).toString('base64')}`;
const [newer, older] = [key('k2'), key('k1')];

let stage: Stage;
const workers: RunningWorker[] = [];
beforeAll(async () => {
  stage = await openStage();
});
afterAll(async () => {
  for (const worker of workers) await worker.stop();
  const dataConverter = dataConverterOf(loadSettings({ PERDURE_CODEC_KEYS: `${newer},${older}` }));
  await stage.close({ replayers: new Map(['lacking', 'rotating'].map((queue) => [queue, { dataConverter }])) });
});

async function startWith(keys: string, taskQueue: string): Promise<RunningWorker> {
  const worker = await startWorker({
    ...stage.workerOptions,
    home: stage.home,
    taskQueue,
    env: { PERDURE_CODEC_KEYS: keys },
  });
  workers.push(worker);
  return worker;
}

async function clientWith(keys: string, taskQueue: string) {
  const dataConverter = dataConverterOf(loadSettings({ PERDURE_CODEC_KEYS: keys }));
  const client = new Client({ connection: stage.client.connection, dataConverter });
  return connect({ client, env: {}, deployment: 'test', taskQueue, timeScale: 0.01 });
}

test('a worker that lacks the key fails its tasks and starts nothing, and the run goes on when the key is back', async () => {
  const perdure = await clientWith(`${newer},${older}`, 'lacking');
  const poor = await startWith(older, 'lacking');
  const agent = agentOf('browserbase.agentRun', 'lacking');
  const run = await perdure.start({ key: 'lacking', agent, effect: 'write' });
  const attempt = async () => {
    // A client without the keys can't decrypt what a description has.
    const { namespace } = stage.client.options;
    const execution = { workflowId: run.workflowId };
    const { pendingWorkflowTask } = await stage.client.workflowService.describeWorkflowExecution({
      namespace,
      execution,
    });
    return pendingWorkflowTask?.attempt ?? 0;
  };
  await expect.poll(attempt, { timeout: 60_000 }).toBeGreaterThan(1);
  expect(stage.simulator.ledger.runs).toEqual([]);

  await poor.stop();
  await startWith(`${newer},${older}`, 'lacking');
  expect((await run.outcome()).status).toBe('completed');
});

test('the key is added at the end first: workers on both sides of the change read each other', async () => {
  const perdure = await clientWith(`${newer},${older}`, 'rotating');
  await startWith(`${newer},${older}`, 'rotating');
  await startWith(`${older},${newer}`, 'rotating');
  const runs = await Promise.all(
    ['a', 'b', 'c', 'd'].map((name) => {
      const text = `rotating ${name};`;
      return perdure.start({ key: text.replace(/\W/g, ''), agent: agentOf('anchor.webTask', text) });
    }),
  );
  const outcomes = await Promise.all(runs.map((run) => run.outcome()));
  expect(outcomes.map(({ status }) => status)).toEqual(['completed', 'completed', 'completed', 'completed']);
});
