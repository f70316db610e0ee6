import { ApplicationFailure, CancelledFailure, WorkflowFailedError } from '@temporalio/client';
import type { Worker } from '@temporalio/worker';
import { afterAll, assert, beforeAll, expect, test } from 'vitest';
import { connect } from '../../src/client/connect.js';
import type { Perdure } from '../../src/client/perdure.js';
import { anchor, browserbase } from '../../src/core/builders.js';
import type { Target } from '../../src/core/run-terms.js';
import type { AgentStep, StepOptions } from '../../src/core/step.js';
import { fixture, openStage, type Stage } from './stage.js';

let stage: Stage;
let perdure: Perdure;
let running: Promise<void>[];
let workers: Worker[];
beforeAll(async () => {
  stage = await openStage();
  perdure = await connect({ client: stage.server.client, env: {} });
  const plugins = [stage.plugin({ taskQueue: 'steps-perdure' })];
  const make = (taskQueue: string, preloadModules: string[]) =>
    stage.worker({ taskQueue, workflowsPath: fixture('steps.ts'), plugins, bundlerOptions: { preloadModules } });
  workers = [await make('steps', []), await make('preloaded', ['perdure/workflow'])];
  running = workers.map((worker) => worker.run());
});
afterAll(async () => {
  for (const worker of workers) worker.shutdown();
  await Promise.all(running);
  expect(stage.simulator.ledger.open).toEqual([]);
  await stage.close();
});

function start(workflow: string, workflowId: string, arg: unknown, taskQueue = 'steps') {
  return stage.server.client.workflow.start(workflow, { taskQueue, workflowId, args: [arg] });
}

/** The error that a workflow ends with. */
async function failureOf(handle: { result(): Promise<unknown> }): Promise<unknown> {
  const error: unknown = await handle.result().catch((thrown: unknown) => thrown);
  assert(error instanceof WorkflowFailedError);
  return error.cause;
}

function step(name: string, text: string, more: Partial<StepOptions & Target> = {}): AgentStep {
  return { name, agent: browserbase.agentRun({ task: text }), ...more };
}

const startsOf = (text: string) => stage.simulator.ledger.runs.filter((run) => run.text.includes(text)).length;

test.concurrent('two steps give a typed result, each from a run of its own', async () => {
  stage.simulator.on('anchor.webTask', { text: 'Read the total.' }).returns({ total: 12 });
  stage.simulator.on('browserbase.agentRun', { text: 'Pay 12' }).returns({ number: 'R-1' });
  expect(await (await start('readAndPay', 'pay', 'https://example.com')).result()).toEqual({ number: 'R-1' });
  const outcomes = await Promise.all(['pay/read', 'pay/pay'].map((key) => perdure.get(key).outcome()));
  expect(outcomes).toMatchObject([{ result: { total: 12 } }, { result: { number: 'R-1' } }]);
});

test.concurrent('a schema that the worker does not have fails the step before it is started', async () => {
  const failure = await failureOf(
    await start('inOrder', 'no-schema', [step('a', 'no schema', { result: { schemaName: 'Nothing' } })]),
  );
  assert(failure instanceof ApplicationFailure);
  expect(failure.type).toBe('schema-unknown');
  expect(failure.message).toBe(
    "The worker has no schema 'Nothing'; it has Invoice, Receipt. Give it to the worker: new PerdurePlugin({ schemas: { Nothing } }).",
  );
  expect(startsOf('no schema')).toBe(0);
});

test.concurrent('bad input fails the step before it is started, and the failure names the place', async () => {
  const agent = anchor.webTask({ prompt: 'bad input', url: 'https://example.com' });
  Object.assign(agent.input, { max_steps: 'many' });
  const failure = await failureOf(await start('inOrder', 'bad-input', [{ name: 'a', agent }]));
  assert(failure instanceof ApplicationFailure);
  expect(failure).toMatchObject({ type: 'bad-input', message: expect.stringContaining('agent.input.max_steps') });
  const named = await failureOf(await start('inOrder', 'bad-name', [step('a b', 'bad input')]));
  expect(named).toMatchObject({ type: 'bad-input', message: expect.stringContaining('key') });
  expect(startsOf('bad input')).toBe(0);
});

test.concurrent('a step that was refused gives its name back', async () => {
  expect(await (await start('secondTry', 'again', step('a', 'second try'))).result()).toBeDefined();
  expect(startsOf('second try')).toBe(1);
});

test.concurrent.each(['steps', 'preloaded'])(
  'a name used twice is refused, one after the other or at once; workflows have names of their own (%s)',
  async (queue) => {
    const steps = [step('a', `twice ${queue}`), step('a', `twice ${queue}`)];
    const [orderly, hasty] = await Promise.all([
      start('inOrder', `orderly-${queue}`, steps, queue),
      start('atOnce', `hasty-${queue}`, steps, queue),
    ]);
    expect(await failureOf(orderly)).toMatchObject({
      type: 'step-name-taken',
      message:
        "The step name 'a' is taken by another step of this workflow. Give each step a name of its own, such as 'a-2'.",
    });
    expect(await hasty.result()).toEqual(['completed', 'step-name-taken']);
    expect(startsOf(`twice ${queue}`)).toBe(2);
  },
);

test.concurrent('a name stays taken when the workflow goes on as new (fault matrix 10: continue-as-new)', async () => {
  const failure = await failureOf(await start('anew', 'anew', step('a', 'as new')));
  expect(failure).toMatchObject({ type: 'step-name-taken', message: expect.stringContaining('an earlier execution') });
  expect(startsOf('as new')).toBe(1);
});

test.concurrent('a cancelled workflow stops its run, ends the session and is cancelled itself', async () => {
  stage.simulator.on('*', { text: 'cancelled' }).neverEnds();
  const agents = [
    anchor.webTask({ prompt: 'cancelled', url: 'https://example.com' }),
    browserbase.agentRun({ task: 'cancelled' }),
  ];
  const started = [1, 2].map(() => stage.simulator.next({ on: 'start', text: 'cancelled', phase: 'replied' }));
  const steps = agents.map((agent, index) => ({ name: `step-${index}`, agent }));
  const handles = await Promise.all(steps.map((one) => start('inOrder', `stop-${one.name}`, [one])));
  await Promise.all(started);
  await Promise.all(handles.map((handle) => handle.cancel()));
  for (const handle of handles) expect(await failureOf(handle)).toBeInstanceOf(CancelledFailure);
  const outcomes = await Promise.all(steps.map(({ name }) => perdure.get(`stop-${name}/${name}`).outcome()));
  for (const outcome of outcomes) expect(outcome).toMatchObject({ status: 'cancelled', cleanup: { confirmed: true } });
});

test.concurrent('a workflow that is terminated has its run cancelled', async () => {
  stage.simulator.on('*', { text: 'orphan' }).neverEnds();
  const started = stage.simulator.next({ on: 'start', text: 'orphan', phase: 'replied' });
  const handle = await start('inOrder', 'orphan', [step('a', 'orphan')]);
  await started;
  await handle.terminate();
  expect(await perdure.get('orphan/a').outcome()).toMatchObject({ status: 'cancelled', cleanup: { confirmed: true } });
});

test.concurrent('a run that failed fails the workflow with its code, and its outcome is at hand', async () => {
  stage.simulator.on('*', { text: 'goes wrong' }).fails('The shop is closed.');
  const failure = await failureOf(await start('inOrder', 'fails', [step('a', 'goes wrong')]));
  assert(failure instanceof ApplicationFailure);
  expect(failure).toMatchObject({ type: 'run-failed', message: expect.stringContaining('The shop is closed.') });
  expect(failure.details).toMatchObject([{ key: 'fails/a', status: 'failed', cleanup: { confirmed: true } }]);
});
