import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { promisify } from 'node:util';
import { ApplicationFailure, type WorkflowHandle, WorkflowFailedError } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger, Worker, type WorkflowBundle } from '@temporalio/worker';
import { afterAll, assert, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { connect } from '../../src/client/connect.js';
import type { Perdure } from '../../src/client/perdure.js';
import { anchor } from '../../src/core/builders.js';
import { wire } from '../../src/core/names.js';
import type { PersonStep } from '../../src/core/person-step.js';
import type { Question } from '../../src/core/question.js';
import { findServerBinary } from '../../src/worker/embedded/binary.js';
import { openStage, type Stage } from '../plugin/stage.js';

const Approval = z.object({ approved: z.boolean(), limit: z.int().min(1).max(1000).optional() });
const Amount = z.object({ amount: z.number() });
const taskQueue = 'people';

let stage: Stage;
let perdure: Perdure;
let workflowBundle: WorkflowBundle;
let worker: Worker;
let running: Promise<void>;

beforeAll(async () => {
  stage = await openStage();
  perdure = await connect({ client: stage.server.client, env: {}, deployment: 'test', taskQueue: 'people-perdure' });
  workflowBundle = await bundleWorkflowCode({
    workflowsPath: path.join(import.meta.dirname, 'fixtures', 'people.ts'),
    logger: new DefaultLogger('ERROR', () => undefined),
    plugins: [stage.plugin()],
  });
  await startWorker(taskQueue);
});
afterAll(async () => {
  await stopWorker();
  expect(stage.simulator.ledger.open).toEqual([]);
  await perdure.close();
  await stage.close();
});

async function startWorker(queue: string): Promise<void> {
  const plugins = [stage.plugin({ taskQueue: 'people-perdure', schemas: { Approval, Amount } })];
  worker = await stage.worker({ taskQueue: queue, workflowBundle, plugins });
  running = worker.run();
}

async function stopWorker(): Promise<void> {
  worker.shutdown();
  await running;
}

function start(workflow: string, workflowId: string, args: unknown[]): Promise<WorkflowHandle> {
  return stage.server.client.workflow.start(workflow, { taskQueue, workflowId, args });
}

/** Waits until a question is asked. */
async function asked(id: string): Promise<Question> {
  for (;;) {
    const question = await perdure.question(id).catch(() => undefined);
    if (question) return question;
  }
}

const step = (name: string, more: Partial<PersonStep> = {}): PersonStep => ({ name, title: `${name}?`, ...more });

/** The failure of a workflow's step. */
async function failureOf(handle: WorkflowHandle): Promise<ApplicationFailure> {
  const error: unknown = await handle.result().catch((thrown: unknown) => thrown);
  assert(error instanceof WorkflowFailedError && error.cause instanceof ApplicationFailure);
  return error.cause;
}

test.concurrent('a workflow that asks a person gets who said what', async () => {
  const handle = await start('askInOrder', 'plain', [[step('pay', { body: 'It is for lamps.', assignees: ['ann'] })]]);
  const question = await asked('plain~pay');
  expect(question).toMatchObject({
    kind: 'approval',
    key: 'plain',
    title: 'pay?',
    message: 'It is for lamps.',
    form: { kind: 'confirm' },
    assignees: ['ann'],
    deadline: expect.any(String),
  });
  await expect
    .poll(async () => (await perdure.questions({ assignee: 'ann' })).map(({ id }) => id))
    .toContain('plain~pay');
  expect((await perdure.questions({ assignee: 'bob' })).map(({ id }) => id)).not.toContain('plain~pay');
  expect(await perdure.answer(question.id, 'maybe', { by: 'ann' })).toMatchObject({ accepted: false });
  expect(await perdure.answer(question.id, { approved: true }, { by: 'ann', channel: 'inbox' })).toEqual({
    accepted: true,
  });
  const [verdict] = await handle.result();
  expect(verdict).toEqual({
    approved: true,
    by: 'ann',
    channel: 'inbox',
    answeredAt: expect.any(String),
    expired: false,
  });
  expect(await perdure.question(question.id)).toMatchObject({ state: 'applied', by: 'ann', answer: true });
  expect((await perdure.questions()).map(({ id }) => id)).not.toContain('plain~pay');
});

test.concurrent('an answer has the types of its schema, and is refused with the field where it does not fit', async () => {
  const handle = await start('askInOrder', 'typed', [[{ ...step('pay'), answer: { schemaName: 'Approval' } }]]);
  const { id, form } = await asked('typed~pay');
  expect(form).toMatchObject({
    kind: 'fields',
    fields: [{ name: 'approved' }, { name: 'limit', integer: true, max: 1000 }],
  });
  const answer = (value: object) => perdure.answer(id, value as never, { by: 'ann' });
  expect(await answer({ approved: true, limit: 5000 })).toEqual({
    accepted: false,
    reason: "The field 'limit' must be at most 1000.",
  });
  expect(await answer({ approved: true, limit: '50' })).toEqual({ accepted: true });
  expect(await handle.result()).toMatchObject([{ approved: true, limit: 50, by: 'ann', expired: false }]);
});

test.concurrent('several people are asked at once, beside a run, and each answer reaches its own question', async () => {
  stage.simulator.on('anchor.webTask', { text: 'beside' }).lasts('1 min').returns({ total: 12 });
  const agent = { name: 'read', agent: anchor.webTask({ prompt: 'beside' }), effect: 'read' };
  const handle = await start('askBeside', 'beside', [[step('one'), step('two'), step('three')], agent]);
  for (const name of ['three', 'one', 'two']) {
    const { id } = await asked(`beside~${name}`);
    expect(await perdure.answer(id, name !== 'two', { by: name })).toEqual({ accepted: true });
  }
  expect(await handle.result()).toMatchObject([
    { approved: true, by: 'one' },
    { approved: false, by: 'two' },
    { approved: true, by: 'three' },
    { total: 12 },
  ]);
});

test.concurrent('an answer that comes before its question is kept, by update and by signal, once (fault matrix 9: too early)', async () => {
  const handle = await start('askInOrder', 'early', [[step('a'), step('b'), step('c')]]);
  await asked('early~a');
  expect(await perdure.answer('early~b', true, { by: 'ann' })).toEqual({ accepted: true, pending: true });
  expect(await perdure.answer('early~b', false, { by: 'bob' })).toMatchObject({ accepted: false });
  const message = { questionId: 'early~c', answer: true, by: 'eve', channel: 'temporal', decisionId: 'c-1' };
  await Promise.all([1, 2].map(() => handle.signal(wire.answer, message)));
  await perdure.answer('early~a', true, { by: 'ann' });
  expect(await handle.result()).toMatchObject([{ by: 'ann' }, { by: 'ann' }, { by: 'eve', channel: 'temporal' }]);
});

test.concurrent('a workflow that is cancelled closes its question, and so does a scope', async () => {
  const handle = await start('askInOrder', 'cancelled', [[step('pay')]]);
  const { id } = await asked('cancelled~pay');
  await handle.cancel();
  await expect(handle.result()).rejects.toThrow(WorkflowFailedError);
  expect((await perdure.question(id)).state).toBe('gone');
  await expect(perdure.answer(id, true, { by: 'ann' })).rejects.toMatchObject({ code: 'question-not-found' });
  const scoped = await start('askUntil', 'scoped', [step('held'), step('release')]);
  await asked('scoped~held');
  await asked('scoped~release');
  await perdure.answer('scoped~release', true, { by: 'ann' });
  expect(await scoped.result()).toBe('cancelled');
  expect((await perdure.question('scoped~held')).state).toBe('gone');
});

test.concurrent.each([
  {
    what: 'a schema that the worker does not have',
    more: { answer: { schemaName: 'Nothing' } },
    type: 'schema-unknown',
  },
  { what: 'a deadline that is none', more: { deadline: 'soon' }, type: 'bad-input' },
  { what: 'no title', more: { title: ' ' }, type: 'bad-input' },
  {
    what: 'a refusal that the answer can not say',
    more: { answer: { schemaName: 'Amount' }, otherwise: 'refuse' },
    type: 'bad-input',
  },
  {
    what: 'a default off its schema',
    more: { answer: { schemaName: 'Amount' }, otherwise: { answer: { amount: 'much' } } },
    type: 'bad-input',
  },
])('$what fails the step before anybody is asked', async ({ what, more, type }) => {
  const workflowId = `wrong-${what.replaceAll(/\W+/g, '-')}`;
  const handle = await start('askInOrder', workflowId, [[{ ...step('pay'), ...more }]]);
  expect((await failureOf(handle)).type).toBe(type);
  expect(await handle.query(wire.questions)).toEqual([]);
});

test.concurrent('two questions of one name are one too many', async () => {
  const handle = await start('askBeside', 'twice', [[step('a'), step('a')], { name: 'x' }]);
  expect((await failureOf(handle)).type).toBe('step-name-taken');
});

test.concurrent('nobody answers: the ladder is climbed, and then follows what was to follow', async () => {
  const ladder = { assignees: ['ann'], deadline: '10 min', escalate: [{ after: '4 min', to: ['cfo'] }] };
  const steps = [
    { ...step('refused', ladder), answer: { schemaName: 'Approval' } },
    { ...step('preset', ladder), answer: { schemaName: 'Amount' }, otherwise: { answer: { amount: 7 } } },
    { ...step('failed', ladder), answer: { schemaName: 'Amount' } },
  ];
  const handle = await start('askInOrder', 'ladder', [steps]);
  await expect.poll(async () => (await asked('ladder~refused')).assignees, { timeout: 30_000 }).toEqual(['ann', 'cfo']);
  expect(await failureOf(handle)).toMatchObject({
    type: 'question-expired',
    message: expect.stringContaining("'failed?'"),
  });
  const trail = { state: 'applied', by: 'perdure', channel: 'deadline' };
  expect(await handle.query(wire.questions)).toMatchObject([
    { ...trail, state: 'expired', answer: { approved: false } },
    { ...trail, state: 'expired', answer: { amount: 7 } },
    { ...trail, state: 'expired' },
  ]);
});

test.concurrent('a workflow goes on as new between two questions: early answers go with it', async () => {
  const handle = await start('askAnew', 'anew', [[step('first'), step('second')]]);
  await asked('anew~first');
  const early = await perdure.answer('anew~second', true, { by: 'bob', decisionId: 'early' });
  expect(early).toEqual({ accepted: true, pending: true });
  await perdure.answer('anew~first', true, { by: 'ann', decisionId: 'one' });
  expect(await handle.result()).toMatchObject({ approved: true, by: 'bob' });
});

test.concurrent('a name that is asked again after a workflow went on as new does not get the answer of before', async () => {
  const again = await start('askAnew', 'same', [[step('pay'), step('pay')]]);
  const { askedAt } = await asked('same~pay');
  await perdure.answer('same~pay', true, { by: 'ann', decisionId: 'one', askedAt });
  let second = await asked('same~pay');
  while (second.askedAt === askedAt) second = await asked('same~pay');
  const repeated = await perdure.answer('same~pay', true, { by: 'ann', decisionId: 'one', askedAt });
  expect(repeated).toEqual({ accepted: true });
  const stale = await perdure.answer('same~pay', true, { by: 'ann', decisionId: 'two', askedAt });
  expect(stale).toMatchObject({ accepted: false, reason: expect.stringContaining('an earlier question') });
  await perdure.answer('same~pay', false, { by: 'bob' });
  expect(await again.result()).toMatchObject({ approved: false, by: 'bob' });
});

test.concurrent('a workflow that is reset asks again, and what was answered after that point is not asked twice', async () => {
  const { client } = stage.server;
  const handle = await start('askInOrder', 'reset', [[step('a'), step('b')]]);
  await asked('reset~a');
  await perdure.answer('reset~a', true, { by: 'ann' });
  await asked('reset~b');
  const { runId } = await handle.describe();
  const { events } = await handle.fetchHistory();
  const point = events?.find((event) => event.workflowTaskCompletedEventAttributes != null);
  await client.workflowService.resetWorkflowExecution({
    namespace: client.options.namespace,
    workflowExecution: { workflowId: 'reset', runId },
    reason: 'test',
    workflowTaskFinishEventId: point?.eventId ?? null,
    requestId: randomUUID(),
  });
  await asked('reset~b');
  expect(await perdure.answer('reset~b', false, { by: 'bob' })).toMatchObject({ accepted: true });
  expect(await client.workflow.getHandle('reset').result()).toMatchObject([
    { by: 'ann' },
    { approved: false, by: 'bob' },
  ]);
});

const run = promisify(execFile);

/** Runs after the others, since it takes the worker from them. */
test('an answer by the Temporal CLI while no worker runs is applied once when one returns (fault matrix 9: workers down)', async () => {
  const handle = await start('askInOrder', 'offline', [[step('pay'), step('again')]]);
  const { id } = await asked('offline~pay');
  await stopWorker();
  const message = { questionId: id, answer: true, by: 'ann', channel: 'temporal-cli', decisionId: 'cli-1' };
  const { path: temporal } = await findServerBinary();
  const args = ['workflow', 'signal', '--address', stage.address, '--workflow-id', 'offline'];
  for (let time = 0; time < 2; time += 1) {
    await run(temporal, [...args, '--name', wire.answer, '--input', JSON.stringify(message)]);
  }
  await startWorker(taskQueue);
  await asked('offline~again');
  expect(await perdure.question(id)).toMatchObject({ state: 'applied', by: 'ann', channel: 'temporal-cli' });
  await perdure.answer('offline~again', false, { by: 'bob' });
  expect(await handle.result()).toMatchObject([
    { approved: true, by: 'ann' },
    { approved: false, by: 'bob' },
  ]);
});
