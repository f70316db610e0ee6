import {
  bundleWorkflowCode,
  DefaultLogger,
  NativeConnection,
  type Worker,
  type WorkerOptions,
  type WorkflowBundle,
} from '@temporalio/worker';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connect } from '../../src/client/connect.js';
import { anchor } from '../../src/core/builders.js';
import { PerdurePlugin } from '../../src/worker/plugin.js';
import { isTurned, turningCodec } from './codec.js';
import { fixture, openStage, type Stage } from './stage.js';

let stage: Stage;
let workflowBundle: WorkflowBundle;
beforeAll(async () => {
  stage = await openStage();
  const logger = new DefaultLogger('ERROR');
  workflowBundle = await bundleWorkflowCode({ workflowsPath, logger, plugins: [stage.plugin()] });
  stage.simulator.on('*').lasts('1 min').returns({ total: 12 });
});
afterAll(async () => {
  expect(stage.simulator.ledger.open).toEqual([]);
  await stage.close();
});

const workflowsPath = fixture('workflows.ts');
const activities = { book: (total: number) => Promise.resolve(`booked ${total}`) };

/** A user's own worker with Perdure's queue beside it, from a bundle that was made with the plugin before. */
function workerOn(taskQueue: string, options: Partial<WorkerOptions> = {}): Promise<Worker> {
  const plugins = [stage.plugin({ taskQueue: `${taskQueue}-perdure` })];
  const workflows = options.workflowsPath ? {} : { workflowBundle };
  return stage.worker({ taskQueue, activities, plugins, ...workflows, ...options });
}

function start(taskQueue: string, workflow: string, client = stage.server.client) {
  const args = [`https://example.com/${taskQueue}`];
  return client.workflow.start(workflow, { taskQueue, workflowId: `flow-${taskQueue}`, args });
}

/** Starts a run on one of Perdure's own queues, as a client elsewhere would. */
async function startRun(taskQueue: string, client = stage.server.client) {
  const perdure = await connect({ client, env: {}, taskQueue, deployment: 'test', timeScale: 0.01 });
  return perdure.start({ key: `run-${taskQueue}`, agent: anchor.webTask({ prompt: 'x', url: 'https://example.com' }) });
}

async function pollersOf(name: string): Promise<number> {
  const { workflowService, options } = stage.server.client;
  const answer = await workflowService.describeTaskQueue({
    namespace: options.namespace,
    taskQueue: { name },
    taskQueueType: 1,
  });
  return answer.pollers.length;
}

test.concurrent("a user's worker runs the user's workflow, activities and interceptors around a step", async () => {
  const seen: string[] = [];
  const worker = await workerOn('own', {
    workflowsPath,
    interceptors: {
      workflowModules: [fixture('interceptors.ts')],
      activity: [
        ({ info }) => ({
          inbound: {
            execute: (input, next) => {
              seen.push(info.activityType);
              return next(input);
            },
          },
        }),
      ],
    },
  });
  const handle = await start('own', 'readAndBook');
  expect(await worker.runUntil(handle.result())).toBe('booked 12');
  expect(new Set(seen)).toEqual(new Set(['perdurePrepare', 'perdureStart', 'perdureFinish', 'book']));
  expect((await handle.describe()).memo).toEqual({ seenBy: 'the interceptor of the user' });
});

test.concurrent("a user's codec encodes what every worker of Perdure's reads and writes", async () => {
  const dataConverter = { payloadCodecs: [turningCodec] };
  const worker = await workerOn('codec', { dataConverter });
  const client = stage.client({ dataConverter });
  const [handle, run] = await Promise.all([start('codec', 'readInOneCall', client), startRun('codec-perdure', client)]);
  await worker.runUntil(async () => {
    expect(await handle.result()).toEqual({ total: 12 });
    expect(await run.result()).toEqual({ total: 12 });
  });
  for (const id of ['flow-codec', 'perdure:run:flow-codec/read', run.workflowId]) {
    const { events } = await client.workflow.getHandle(id).fetchHistory();
    const inputs = (events ?? []).flatMap((event) => [
      ...(event.workflowExecutionStartedEventAttributes?.input?.payloads ?? []),
      ...(event.activityTaskScheduledEventAttributes?.input?.payloads ?? []),
      ...(event.activityTaskCompletedEventAttributes?.result?.payloads ?? []),
      ...(event.markerRecordedEventAttributes?.details?.result?.payloads ?? []),
      ...(event.workflowExecutionCompletedEventAttributes?.result?.payloads ?? []),
    ]);
    expect(inputs.length).toBeGreaterThan(2);
    expect(inputs.filter((payload) => !isTurned(payload))).toEqual([]);
  }
});

test.concurrent("heartbeats are held back on Perdure's own queue only where the worker says so", async () => {
  const plugin = new PerdurePlugin({ env: {}, deployment: 'test', accounts: {} });
  const throttleOf = async (options: WorkerOptions) =>
    (await plugin.configureWorker(options)).maxHeartbeatThrottleInterval;
  expect(await throttleOf({ taskQueue: 'perdure' })).toBe('500 ms');
  expect(await throttleOf({ taskQueue: 'perdure', maxHeartbeatThrottleInterval: 2_000 })).toBe(2_000);
  expect(await throttleOf({ taskQueue: 'mine' })).toBeUndefined();
});

test.concurrent('a workflows file in CommonJS is as good as any', async () => {
  const worker = await workerOn('commonjs', { workflowsPath: fixture('commonjs/workflows.cjs') });
  const handle = await start('commonjs', 'greet');
  expect(await worker.runUntil(handle.result())).toEqual({ total: 12 });
});

test.concurrent("a worker on Perdure's own queue serves both the user's workflows and the runs of clients", async () => {
  const worker = await workerOn('same', { plugins: [stage.plugin({ taskQueue: 'same' })] });
  const [handle, run] = await Promise.all([start('same', 'readAndBook'), startRun('same')]);
  await worker.runUntil(async () => {
    expect(await handle.result()).toBe('booked 12');
    expect(await run.result()).toEqual({ total: 12 });
  });
});

test.concurrent("with serve: false Perdure's queue is left to others, but the calls that block are held", async () => {
  const worker = await workerOn('quiet', { plugins: [stage.plugin({ taskQueue: 'quiet-perdure', serve: false })] });
  const handle = await start('quiet', 'readInOneCall');
  expect(await worker.runUntil(handle.result())).toEqual({ total: 12 });
  expect(await pollersOf('quiet')).toBe(1);
  expect(await pollersOf('quiet-perdure')).toBe(0);
});

test.concurrent('workers of one process share the workers of a queue of Perdure, which end with the last of them', async () => {
  const [one, two] = [stage.plugin({ taskQueue: 'pair-perdure' }), stage.plugin({ taskQueue: 'pair-perdure' })];
  const first = await workerOn('pair-1', { plugins: [one] });
  const second = await workerOn('pair-2', { plugins: [two] });
  const third = await workerOn('pair-3', { plugins: [one] });
  await second.runUntil(async () => {
    const handle = await start('pair-1', 'readInOneCall');
    expect(await first.runUntil(handle.result())).toEqual({ total: 12 });
    expect(await (await start('pair-2', 'readInOneCall')).result()).toEqual({ total: 12 });
  });
  const handle = await start('pair-3', 'readInOneCall');
  expect(await third.runUntil(handle.result())).toEqual({ total: 12 });
});

const nameTaken = expect.objectContaining({ code: 'activity-name-taken' });

test.concurrent("an activity with one of Perdure's names is refused, in an object as in a map", async () => {
  const perdureStart = () => Promise.resolve();
  await expect(workerOn('taken', { activities: { perdureStart } })).rejects.toEqual(nameTaken);
  await expect(workerOn('taken', { activities: new Map([['perdureStart', perdureStart]]) })).rejects.toEqual(nameTaken);
});

test.concurrent('two plugins are refused', async () => {
  await expect(workerOn('twice', { plugins: [stage.plugin(), stage.plugin()] })).rejects.toEqual(nameTaken);
});

test.concurrent("the user's worker ends with the error of Perdure's workers, and nothing holds its connection", async () => {
  const connection = await NativeConnection.connect({ address: stage.address });
  const worker = await workerOn('ends', { connection, plugins: [stage.plugin({ taskQueue: '__temporal_x' })] });
  await expect(worker.run()).rejects.toThrow('__temporal_');
  expect(worker.getState()).toBe('STOPPED');
  await connection.close();
});

test.concurrent('a worker that is shut down waits for the start that it has sent, and another goes on', async () => {
  let answer = () => {};
  const held = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const sent = new Promise<void>((resolve) => {
    stage.simulator.when({ on: 'start', text: 'handover', phase: 'effected', times: 1 }, () => {
      resolve();
      return held;
    });
  });
  const connection = await NativeConnection.connect({ address: stage.address });
  const [first, second] = [await workerOn('handover', { connection }), await workerOn('handover')];
  const handle = await start('handover', 'readPage');
  const running = first.run();
  await sent;
  first.shutdown();
  answer();
  await running;
  await connection.close();
  expect(await second.runUntil(handle.result())).toEqual({ total: 12 });
  const starts = stage.simulator.ledger.runs.filter(({ text }) => text.includes('handover'));
  expect(starts).toHaveLength(1);
});
