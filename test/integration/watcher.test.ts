import { afterEach, assert, beforeEach, expect, test, vi } from 'vitest';
import { enrol, withdraw } from '../../activities/index.js';
import { browserbase } from '../../src/core/builders.js';
import { defaultTaskQueue, wire } from '../../src/core/names.js';
import { type Enrolment, sharedPriority, watcherId, watchersOf } from '../../src/core/watch.js';
import { type PerdureTest, perdureTest } from '../../src/testing/perdure-test.js';

const account = 'browserbase/default';
const watchers = watchersOf(account, defaultTaskQueue).map((place) => watcherId(place));
const patient = { timeout: 30_000, interval: 100 };
/** So long that only a run that nobody watches meets it. */
const deadline = '10 h';

let t: PerdureTest;
beforeEach(async () => {
  t = await perdureTest({ time: 'real' });
});
afterEach(async () => {
  await t.close();
});

async function startThree() {
  t.simulator.on('browserbase.agentRun').lasts('6 min').returns({ ok: true });
  const runs = ['a', 'b', 'c'].map((key) =>
    t.perdure.start({ key, agent: browserbase.agentRun({ task: key }), deadline }),
  );
  const started = await Promise.all(runs);
  await vi.waitFor(async () => {
    for (const run of started) expect((await run.status()).status).toBe('running');
  }, patient);
  return started;
}

test('runs whose watchers are terminated are watched again, and end', async () => {
  const runs = await startThree();
  await Promise.allSettled(watchers.map((id) => t.client.workflow.getHandle(id).terminate('a test')));
  for (const run of runs) expect(await run.outcome()).toMatchObject({ status: 'completed', result: { ok: true } });
});

test('runs that their watchers were told to have ended are taken in again', async () => {
  const runs = await startThree();
  const ended = runs.map(({ workflowId: id }) => ({ id, generation: 9 }));
  await Promise.allSettled(watchers.map((id) => t.client.workflow.getHandle(id).signal(wire.withdraw, ended)));
  for (const run of runs) expect(await run.outcome()).toMatchObject({ status: 'completed' });
});

test('a watcher that begins with the state of no version, and signals that carry anything, hold up nobody', async () => {
  for (const workflowId of watchers) {
    const start = { workflowId, taskQueue: defaultTaskQueue, args: [{ version: 0, account, roster: { runs: 'odd' } }] };
    const handle = await t.client.workflow.start('watcher', start);
    for (const odd of [undefined, 7, [null], [{ id: 'x' }], { runs: [] }]) {
      await handle.signal(wire.enrol, odd);
      await handle.signal(wire.withdraw, odd);
    }
  }
  for (const run of await startThree()) expect(await run.outcome()).toMatchObject({ status: 'completed' });
});

test('a watcher goes before the tasks of runs', async () => {
  await startThree();
  const watching = (await Promise.allSettled(watchers.map((id) => t.client.workflow.getHandle(id).describe()))).flatMap(
    (each) => (each.status === 'fulfilled' ? [each.value] : []),
  );
  expect(watching.length).toBeGreaterThan(0);
  for (const { priority } of watching) expect(priority?.priorityKey).toBe(1);
});

test('a watcher whose few signals make megabytes of history continues as new', async () => {
  const [workflowId = ''] = watchers;
  const start = { workflowId, taskQueue: defaultTaskQueue, args: [{ version: 1, account }] };
  const first = await t.client.workflow.start('watcher', start);
  for (let sent = 0; sent < 12; sent += 1) await first.signal(wire.enrol, ['x'.repeat(200_000)]);
  const execution = t.client.workflow.getHandle(workflowId, first.firstExecutionRunId);
  await vi.waitFor(async () => {
    // A workflow learns with its next task how large its history has become by the one before.
    await first.signal(wire.enrol, []);
    expect((await execution.describe()).status.name).toBe('CONTINUED_AS_NEW');
  }, patient);
});

test('a watcher continues as new while its history is short enough to be replayed within one task', async () => {
  const [workflowId = ''] = watchers;
  const start = { workflowId, taskQueue: defaultTaskQueue, args: [{ version: 1, account }] };
  const first = await t.client.workflow.start('watcher', start);
  const execution = t.client.workflow.getHandle(workflowId, first.firstExecutionRunId);
  await vi.waitFor(
    async () => {
      await first.signal(wire.enrol, []);
      expect((await execution.describe()).status.name).toBe('CONTINUED_AS_NEW');
    },
    { timeout: 90_000, interval: 1 },
  );
  expect((await execution.describe()).historyLength).toBeLessThan(600);
});

test('from a backlog, the embedded server hands out what runs share before what is their own', async () => {
  const { workflow, workflowService, options } = t.client;
  const taskQueue = 'nobody-serves-it';
  for (const key of ['a', 'b', 'c']) await workflow.start('agentRun', { workflowId: key, taskQueue, args: [] });
  await workflow.start('watcher', { workflowId: 'shared', taskQueue, args: [], priority: sharedPriority });
  const { namespace } = options;
  const poll = () => workflowService.pollWorkflowTaskQueue({ namespace, taskQueue: { name: taskQueue } });
  const task = await t.client.withDeadline(Date.now() + 60_000, poll);
  expect(task.workflowExecution?.workflowId).toBe('shared');
});

test('a worker tells a watcher ever more rarely while there is more of the same to tell, and mixed signals keep their pace', async () => {
  const [place] = watchersOf('browserbase/of-nobody', 'served-by-nobody');
  assert(place);
  const withdrawn = () => withdraw(t.client, place, { id: 'none', generation: 1 });
  const enrolled = () => enrol(t.client, { watcher: place, run: {} as Enrolment });
  const paceOf = async (calls: (() => Promise<void>)[]) => {
    const began = performance.now();
    for (const call of calls) await call();
    return performance.now() - began;
  };
  // The first goes at once; then pauses of 250, 500, 1,000 and 1,000 ms, or of 250 each.
  const same = await paceOf([withdrawn, withdrawn, withdrawn, withdrawn, withdrawn]);
  expect(same).toBeGreaterThan(2_600);
  const mixed = await paceOf([enrolled, withdrawn, enrolled, withdrawn, enrolled]);
  expect(mixed).toBeLessThan(same);
});
