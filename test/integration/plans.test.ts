import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { ScheduleDescription } from '@temporalio/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PlanHandle } from '../../src/client/plan-handle.js';
import type { JsonObject } from '../../src/core/json.js';
import { keyOfWorkflowId } from '../../src/core/names.js';
import { type PerdureTest, perdureTest } from '../../src/testing/perdure-test.js';

const example = readFileSync(path.resolve(import.meta.dirname, '../../examples/plans/pay-invoices.yaml'), 'utf8');

let t: PerdureTest;
beforeAll(async () => {
  t = await perdureTest({
    time: 'real',
    secrets: { resolve: (name) => (name === 'PORTAL_PASSWORD' ? 'correct horse' : undefined) },
  });
});
afterAll(async () => {
  expect(t.ledger.open).toEqual([]);
  await t.close();
});

const webTask = (prompt: string) => ({ endpoint: 'anchor.webTask', input: { prompt } });
const start = (key: string, steps: object[], more: object = {}, inputs?: JsonObject) =>
  t.perdure.startPlan({ key, plan: { steps, ...more }, ...(inputs && { inputs }) });

/** The starts that a provider was asked for with this text in the body, by endpoint. */
function startsOf(text: string): string[] {
  const asked = t.ledger
    .requests({ operation: 'start' })
    .filter(({ body }) => JSON.stringify(body ?? '').includes(text));
  return asked.map(({ endpoint, status }) => `${endpoint}${Number(status) >= 400 ? ' refused' : ''}`);
}

/** What the steps of a plan came to, by their names. */
async function statuses(plan: PlanHandle) {
  const { steps } = await plan.status();
  return Object.fromEntries(steps.map(({ name, status }) => [name, status]));
}

test('a plan that has used its budget up starts no further run, and a person may raise it', async () => {
  const steps = ['a', 'b', 'c'].map((name) => ({ name, agent: webTask(`within the budget ${name}`) }));
  const plan = await start('budget', steps, { budget: { runs: 1, raise: { assignees: ['lead'] } } });
  const question = await t.nextQuestion(plan);
  expect(question).toMatchObject({ id: `${plan.workflowId}~perdure.budget`, assignees: ['lead'] });
  await t.answer(question, { approved: true, runs: 1 }, { by: 'lead' });
  await t.answer(await t.nextQuestion(plan), { approved: false }, { by: 'lead' });
  expect(await plan.outcome()).toMatchObject({ status: 'failed', error: { code: 'budget-exceeded', step: 'c' } });
  expect(startsOf('within the budget')).toHaveLength(2);
});

test('the example reads each invoice, asks for each, waits, pays by its second target where the first refuses, and goes on after a failure', async () => {
  t.simulator.on('anchor.webTask', { text: 'newest invoice of A' }).returns({ number: 'R-1', total: 12 });
  t.simulator.on('anchor.webTask', { text: 'newest invoice of B' }).returns({ number: 'R-2', total: 7.5 });
  t.simulator
    .on('browserbase.agentRun', { text: 'Pay invoice R-1' })
    .meets({ kind: 'status', status: 403, on: 'start', times: 'always' });
  t.simulator.on('anchor.webTask', { text: 'Pay invoice R-1' }).returns({ paid: true });
  t.simulator.on('anchor.webTask', { text: 'archive' }).fails('The archive is closed.');
  const suppliers = ['A', 'B'].map((name) => ({ name, portal: `https://${name.toLowerCase()}.example.com` }));
  const plan = await t.perdure.startPlan({ key: 'example', plan: example, inputs: { suppliers } });
  const titles = [];
  for (let asked = 0; asked < 2; asked += 1) {
    const question = await t.nextQuestion(plan);
    expect(question.assignees).toEqual(['finance']);
    titles.push(question.title);
    await t.answer(question, true, { by: 'ann' });
  }
  expect(titles.sort()).toEqual(['Pay 12 for invoice R-1?', 'Pay 7.5 for invoice R-2?']);
  const outcome = await plan.outcome();
  expect(outcome).toMatchObject({
    status: 'completed',
    name: 'Pay invoices',
    output: {
      invoices: [
        { number: 'R-1', total: 12 },
        { number: 'R-2', total: 7.5 },
      ],
      archived: 'failed',
    },
  });
  expect(await statuses(plan)).toEqual({
    read: 'completed',
    approve: 'completed',
    'bank-hours': 'completed',
    pay: 'completed',
    archive: 'failed',
  });
  const pay = outcome.steps.find(({ name }) => name === 'pay');
  expect(pay?.run).toBe('perdure:plan:example/pay:2');
  expect(pay?.failedOver).toMatchObject([{ key: 'perdure:plan:example/pay', status: 'failed' }]);
  expect(pay?.result).toEqual({ paid: true });
  const paid = await t.perdure.get(pay?.run ?? '').outcome();
  expect(paid).toMatchObject({ status: 'completed', result: { paid: true } });
  expect(startsOf('Pay invoice R-1')).toEqual(['browserbase.agentRun refused', 'anchor.webTask']);
});

test('the same key with the same plan and inputs is the same plan, and with others it is taken', async () => {
  const steps = [{ name: 'rest', wait: '1 min' }];
  const first = await start('same', steps);
  const again = await t.perdure.startPlan({ key: 'same', plan: JSON.stringify({ steps }) });
  expect(again.workflowId).toBe(first.workflowId);
  await expect(start('same', [{ name: 'rest', wait: '2 min' }])).rejects.toMatchObject({ code: 'key-taken' });
  expect((await first.outcome()).status).toBe('completed');
});

test('a plan that is wrong starts nothing, and its problems are told by path', async () => {
  const starting = start('wrong', [{ name: 'a', wait: '${steps.b.result}' }]);
  await expect(starting).rejects.toMatchObject({ code: 'bad-input', problems: [{ path: 'steps[0].wait' }] });
  await expect(t.perdure.getPlan('wrong').status()).rejects.toMatchObject({ code: 'run-not-found' });
});

test('an input that outgrows what is sent with what its references name fails its step, by its path', async () => {
  const prompt = '${inputs.text}'.repeat(6);
  const plan = await start(
    'outgrown',
    [{ name: 'a', agent: webTask(prompt) }],
    { inputs: { type: 'object' } },
    { text: 'x'.repeat(200_000) },
  );
  expect(await plan.outcome()).toMatchObject({
    status: 'failed',
    error: { code: 'reference-invalid', message: expect.stringContaining('steps[0].agent.input: '), step: 'a' },
  });
});

test('a failed step stops the plan: those after it are skipped', async () => {
  t.simulator.on('anchor.webTask', { text: 'to fail' }).fails('Gone.');
  const plan = await start('stops', [
    { name: 'fails', agent: webTask('to fail') },
    { name: 'after', agent: webTask('never') },
  ]);
  expect(await plan.outcome()).toMatchObject({ status: 'failed', error: { code: 'run-failed', step: 'fails' } });
  expect(await statuses(plan)).toEqual({ fails: 'failed', after: 'skipped' });
  expect(startsOf('never')).toEqual([]);
});

test('a refused approval stops the plan, and where it says so the plan goes on and knows of it', async () => {
  const approval = { title: 'Go on?' };
  const stops = await start('refused', [
    { name: 'ask', approval },
    { name: 'after', wait: 1 },
  ]);
  await t.answer(await t.nextQuestion(stops), false, { by: 'ann' });
  expect(await stops.outcome()).toMatchObject({ status: 'failed', error: { code: 'approval-refused', step: 'ask' } });
  const output = '${steps.ask.result.by}: ${steps.ask.result.approved}';
  const continues = await start(
    'refused-on',
    [
      { name: 'ask', approval, onFailure: 'continue' },
      { name: 'after', wait: 1 },
    ],
    { output },
  );
  await t.answer(await t.nextQuestion(continues), false, { by: 'bob' });
  expect(await continues.outcome()).toMatchObject({ status: 'completed', output: 'bob: false' });
});

test('items that fail are null in the list where the plan goes on; else nothing further is begun', async () => {
  t.simulator.on('anchor.webTask', { text: 'item ok' }).returns({ ok: 1 });
  t.simulator.on('anchor.webTask', { text: 'item bad' }).fails('Bad.');
  const step = {
    name: 'each',
    forEach: ['ok', 'bad', 'ok2'],
    atOnce: 1,
    agent: webTask('item ${item}'),
    effect: 'read',
  };
  const goesOn = await start('items-on', [{ ...step, onFailure: 'continue' }], { output: '${steps.each.result}' });
  expect(await goesOn.outcome()).toMatchObject({
    status: 'completed',
    output: [{ ok: 1 }, null, { ok: 1 }],
    steps: [
      {
        status: 'failed',
        items: { total: 3, completed: 2, failed: 1, failures: [{ index: 1, run: 'perdure:plan:items-on/each:1' }] },
      },
    ],
  });
  const stops = await start('items-stop', [step]);
  expect(await stops.outcome()).toMatchObject({
    status: 'failed',
    steps: [{ items: { completed: 1, failed: 1, total: 3 } }],
  });
  expect(startsOf('item ok2')).toHaveLength(1);
});

test('a value of the wrong type fails its step by its place in the document, before anything is started', async () => {
  t.simulator.on('anchor.webTask', { text: 'loose' }).returns({ steps: 'many', nested: {} });
  const plan = await start('wrong-type', [
    { name: 'read', agent: webTask('loose') },
    {
      name: 'number',
      onFailure: 'continue',
      agent: { endpoint: 'anchor.webTask', input: { prompt: 'x', max_steps: '${steps.read.result.steps}' } },
    },
    { name: 'missing', onFailure: 'continue', agent: webTask('say ${steps.read.result.nothing}') },
    { name: 'object', onFailure: 'continue', agent: webTask('say ${steps.read.result.nested}') },
    { name: 'list', onFailure: 'continue', forEach: '${steps.read.result.nested}', wait: 1 },
    { name: 'until', wait: { until: '${steps.read.result.steps}' } },
  ]);
  const { steps, error } = await plan.outcome();
  const told = steps.map((step) => `${step.error?.code}: ${step.error?.message}`);
  expect(told[1]).toMatch(
    /^bad-input: The step 'number' \(steps\[1\]\): .*agent\.input\.max_steps: expected a number/s,
  );
  expect(told[2]).toBe(
    "reference-invalid: steps[2].agent.input.prompt: ${steps.read.result.nothing} has no value: steps.read.result is an object with no field 'nothing'.",
  );
  expect(told[3]).toContain('steps[3].agent.input.prompt: ${steps.read.result.nested} is an object');
  expect(told[4]).toContain('steps[4].forEach: ${steps.read.result.nested} is an object');
  expect(error?.message).toContain("steps[5].wait.until: 'many' is no time");
});

const forever = (text: string) => t.simulator.on('anchor.webTask', { text }).neverEnds();

const whileWaiting: [what: string, step: object, ready: (plan: PlanHandle) => Promise<unknown>][] = [
  [
    'an agent runs',
    { agent: webTask('cancel me') },
    () => t.simulator.next({ on: 'start', text: 'cancel me', phase: 'replied' }),
  ],
  [
    'agents run for items',
    { forEach: [1, 2], agent: webTask('cancel each') },
    () => t.simulator.next({ on: 'start', text: 'cancel each', phase: 'replied' }),
  ],
  ['an approval waits', { approval: { title: 'Cancelled?' } }, (plan) => t.nextQuestion(plan)],
  ['it waits', { wait: '10 days' }, (plan) => until(plan, 'running')],
];

test.each(whileWaiting)(
  'a cancel while %s goes through the tree, and the outcome says so',
  async (name, step, ready) => {
    forever('cancel me');
    forever('cancel each');
    const key = `cancel-${name.replaceAll(' ', '-')}`;
    const plan = await start(key, [
      { name: 'long', ...step },
      { name: 'after', wait: 1 },
    ]);
    await ready(plan);
    await plan.cancel();
    expect(await plan.outcome()).toMatchObject({ status: 'cancelled', error: { code: 'cancelled' } });
    expect(await statuses(plan)).toEqual({ long: 'cancelled', after: 'skipped' });
    for await (const { workflowId } of t.client.workflow.list({
      query: `WorkflowType = 'agentRun' AND ExecutionStatus = 'Running'`,
    })) {
      expect(keyOfWorkflowId(workflowId)).not.toContain(plan.workflowId);
    }
    expect((await t.perdure.questions()).filter(({ id }) => id.startsWith(plan.workflowId))).toEqual([]);
  },
);

async function until(plan: PlanHandle, wanted: string): Promise<void> {
  while ((await plan.status()).steps[0]?.status !== wanted) await t.advance('1 s');
}

test('each firing of a schedule is a plan of its own, and a replaced schedule starts the new document', async () => {
  const plan = { steps: [{ name: 'rest', wait: 1 }], output: 'done' };
  const id = await t.perdure.schedulePlan({ key: 'nightly', plan, cron: '0 3 * * *' });
  expect(await t.perdure.schedulePlan({ key: 'nightly', plan, cron: '0 4 * * *' })).toBe(id);
  const schedule = t.client.schedule.getHandle(id);
  await schedule.trigger();
  const ids = await fired(id, 1);
  const key = ids[0]?.slice('perdure:plan:'.length) ?? '';
  expect(key).toMatch(/^nightly-\d{4}-/);
  expect(await t.perdure.getPlan(key).outcome()).toMatchObject({ key, status: 'completed', output: 'done' });
  expect(await t.perdure.unschedulePlan('nightly')).toBe(true);
  expect(await t.perdure.unschedulePlan('nightly')).toBe(false);
});

async function fired(id: string, count: number): Promise<string[]> {
  for (;;) {
    const { info }: ScheduleDescription = await t.client.schedule.getHandle(id).describe();
    const ids = info.recentActions.map(({ action }) => action.workflow.workflowId);
    if (ids.length >= count) return ids;
    await t.advance('1 s');
  }
}
