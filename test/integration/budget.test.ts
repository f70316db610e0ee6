import { fileURLToPath } from 'node:url';
import type { WorkflowHandleWithFirstExecutionRunId } from '@temporalio/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { anchor, browserbase } from '../../src/core/builders.js';
import type { Amounts } from '../../src/core/budget.js';
import type { Outcome } from '../../src/core/run.js';
import type { AgentStep } from '../../src/core/step.js';
import { type PerdureTest, perdureTest } from '../../src/testing/perdure-test.js';

const workflowsPath = fileURLToPath(new URL('./fixtures/budgets.ts', import.meta.url));
const prices = { anchor: { perCredit: 2, creditsPerStep: 0.01 }, browserbase: { perBrowserHour: 1 } };

let t: PerdureTest;
beforeAll(async () => {
  t = await perdureTest({ time: 'real', workflowsPath, prices });
  t.simulator.on('*').lasts('20 s').returns({ ok: true });
});
afterAll(async () => {
  expect(t.ledger.open).toEqual([]);
  await t.close();
});

const start = (workflow: string, workflowId: string, ...args: unknown[]) =>
  t.client.workflow.start(workflow, { taskQueue: t.taskQueue, workflowId, args });

const steps = (text: string, count: number, more: { reserve?: Amounts } = {}): AgentStep[] =>
  Array.from({ length: count }, (_, index) => ({
    name: `s${index}`,
    agent: browserbase.agentRun({ task: text }),
    ...more,
  }));

const startsOf = (text: string) => t.ledger.runs.filter((run) => run.text.includes(text)).length;
const count = (ends: string[], end: string) => ends.filter((each) => each === end).length;

test.concurrent('a budget of three runs is used up by three of five steps at once, and not exceeded (fault matrix 20: steps at once)', async () => {
  const text = 'three of five';
  const handle = await start('within', 'runs', { runs: 3 }, steps(text, 5));
  const { ends, left } = (await handle.result()) as { ends: string[]; left: Amounts };
  // Those that the workflow came to first.
  expect(ends).toEqual(['completed', 'completed', 'completed', 'budget-exceeded', 'budget-exceeded']);
  expect(left).toEqual({ runs: 0 });
  expect(startsOf(text)).toBe(3);
});

test.concurrent('money that a step gave back is there for one that waited for it', async () => {
  const text = 'gives back';
  // An hour of browser is 1 at most; some seconds cost next to nothing.
  const handle = await start('within', 'money', { money: 1.2 }, steps(text, 3));
  const { ends, left } = (await handle.result()) as { ends: string[]; left: Amounts };
  expect(ends).toEqual(['completed', 'completed', 'completed']);
  expect(left.money).toBeGreaterThan(1.1);
  expect(left.money).toBeLessThan(1.2);
});

test.concurrent("Anchor's credits and steps are counted by the session", async () => {
  const agent = anchor.webTask({ prompt: 'credits', max_steps: 40 });
  const handle = await start('within', 'credits', { money: 1, steps: 50 }, [{ name: 'a', agent }]);
  const { ends, left } = (await handle.result()) as { ends: string[]; left: Amounts };
  expect(ends).toEqual(['completed']);
  const [session] = t.ledger.runs.filter(({ text }) => text.includes('credits'));
  const outcome = await t.perdure.get('credits/a').outcome();
  expect(session).toBeDefined();
  expect(left.steps).toBe(50 - (outcome.usage.steps ?? 0));
  expect(left.money).toBeCloseTo(1 - 2 * (outcome.usage.credits ?? 0), 9);
});

test.concurrent('steps without a bound are refused by a budget of steps, and the failure names the cure', async () => {
  const handle = await start('within', 'unbounded', { steps: 10 }, steps('unbounded', 1));
  expect(await handle.result()).toMatchObject({ ends: ['budget-exceeded'] });
  expect(startsOf('unbounded')).toBe(0);
});

test.concurrent('a budget covers the workflows beneath, however deep', async () => {
  const text = 'the whole tree';
  const handle = await start('tree', 'tree', { runs: 3 }, steps(text, 2), steps(text, 2));
  const ends = (await handle.result()) as string[];
  expect(ends.slice(0, 2)).toEqual(['completed', 'completed']);
  expect(ends.slice(2).toSorted()).toEqual(['budget-exceeded', 'completed']);
  expect(startsOf(text)).toBe(3);
});

test.concurrent('a batch is reserved as a whole, and gives back what its items did not use', async () => {
  const text = 'of a batch';
  const handle = await start('batchesWithin', 'batches', { runs: 5, money: 3.5 }, text, [3, 3, 2]);
  const { ends, left } = (await handle.result()) as { ends: unknown[]; left: Amounts };
  expect(ends).toEqual([{ completed: 3 }, 'budget-exceeded', { completed: 2 }]);
  expect(left.runs).toBe(0);
  expect(left.money).toBeGreaterThan(3);
  expect(startsOf(text)).toBe(5);
});

test.concurrent('a budget beneath another one is part of it', async () => {
  const text = 'nested';
  const handle = await start('nested', 'nested', { runs: 2 }, { runs: 10 }, steps(text, 3));
  const ended = (await handle.result()) as { ends: string[]; left: Amounts; above: Amounts };
  expect([count(ended.ends, 'completed'), count(ended.ends, 'budget-exceeded')]).toEqual([2, 1]);
  expect([ended.left, ended.above]).toEqual([{ runs: 8 }, { runs: 0 }]);
  expect(startsOf(text)).toBe(2);
});

test.concurrent('a budget goes on in the next execution', async () => {
  const [a, b] = [steps('anew', 1), steps('anew', 2)];
  const handle = await start('anewWithin', 'anew', { runs: 1 }, [...a, ...b.slice(1)]);
  expect(await handle.result()).toEqual(['budget-exceeded']);
  expect(startsOf('anew')).toBe(1);
});

/** Resets a workflow to its beginning, and gives what the new execution comes to. */
async function resetToBeginning(handle: WorkflowHandleWithFirstExecutionRunId): Promise<unknown> {
  const { events } = await handle.fetchHistory();
  const first = events?.find((event) => event.workflowTaskCompletedEventAttributes != null);
  const { runId } = await t.client.workflowService.resetWorkflowExecution({
    namespace: t.client.options.namespace,
    workflowExecution: { workflowId: handle.workflowId, runId: handle.firstExecutionRunId },
    reason: 'a test',
    workflowTaskFinishEventId: first?.eventId,
    requestId: handle.workflowId,
  });
  return t.client.workflow.getHandle(handle.workflowId, runId).result();
}

test.concurrent('a workflow that is reset counts the runs that it had begun before', async () => {
  const text = 'reset within';
  const handle = await start('within', 'reset', { runs: 1 }, steps(text, 1));
  await handle.result();
  expect(await resetToBeginning(handle)).toEqual({ ends: ['step-name-taken'], left: { runs: 0 } });
  expect(startsOf(text)).toBe(1);
});

test.concurrent('steps at once have their budget again after a reset, and no other step starts in their place', async () => {
  const text = 'reset at once';
  const handle = await start('within', 'reset-at-once', { runs: 2 }, steps(text, 6));
  const refused = Array.from({ length: 4 }, () => 'budget-exceeded');
  expect(await handle.result()).toEqual({ ends: ['completed', 'completed', ...refused], left: { runs: 0 } });
  const taken = ['step-name-taken', 'step-name-taken'];
  expect(await resetToBeginning(handle)).toEqual({ ends: [...taken, ...refused], left: { runs: 0 } });
  expect(startsOf(text)).toBe(2);
});

test.concurrent('a step that waits for the budget of a workflow that has ended asks again, and is refused', async ({
  expect: here,
}) => {
  const text = 'owner ended';
  const step = { name: 'waits', agent: browserbase.agentRun({ task: text }) };
  const owner = await start('keeper', 'ended-owner', { runs: 1 }, step);
  const asked = async () => {
    const { events } = await owner.fetchHistory();
    const signals = events?.map((event) => event.workflowExecutionSignaledEventAttributes?.signalName) ?? [];
    return signals.filter((name) => name === 'perdure.reserve').length;
  };
  await here.poll(asked, { timeout: 60_000 }).toBe(2);
  await owner.terminate('a test');
  expect(await t.client.workflow.getHandle('ended-owner-waiter').result()).toEqual(['budget-exceeded']);
  expect(startsOf(text)).toBe(0);
  await t.client.workflow.getHandle('ended-owner-holder').terminate('a test');
});

test.concurrent('a person may raise a budget, or refuse it', async () => {
  const text = 'raised';
  const handle = await start('within', 'raised', { runs: 1, raise: { assignees: ['finance'] } }, steps(text, 3));
  const first = await t.nextQuestion(handle);
  expect(first).toMatchObject({ title: 'Raise the budget?', assignees: ['finance'] });
  expect(first.message).toMatch(/has 0 runs left of 1, and this may take 1/);
  expect(await t.answer(first, { approved: true, runs: 1 }, { by: 'ann' })).toEqual({ accepted: true });
  const second = await t.nextQuestion(handle);
  expect(second.id).not.toBe(first.id);
  await t.answer(second, { approved: false }, { by: 'ann' });
  const { ends } = (await handle.result()) as { ends: string[] };
  expect([count(ends, 'completed'), count(ends, 'budget-exceeded')]).toEqual([2, 1]);
  expect(startsOf(text)).toBe(2);
});

test.concurrent('a question to raise a budget is asked anew in the next execution, for whoever waits beneath', async ({
  expect: here,
}) => {
  const budget = { runs: 0, raise: { assignees: ['finance'] } };
  const handle = await start('anewBeneath', 'anew-asking', budget, steps('anew asking', 1));
  const first = await t.nextQuestion(handle);
  await handle.signal('go');
  await here.poll(async () => (await handle.describe()).runId).not.toBe(handle.firstExecutionRunId);
  const second = await t.nextQuestion(t.client.workflow.getHandle(handle.workflowId));
  expect([second.id, second.askedAt > first.askedAt]).toEqual([first.id, true]);
  await t.answer(second, { approved: true, runs: 1 }, { by: 'ann' });
  expect(await t.client.workflow.getHandle('anew-asking-beneath').result()).toEqual(['completed']);
  await t.client.workflow.getHandle(handle.workflowId).signal('go');
  expect(await handle.result()).toEqual({ runs: 0 });
});

test.concurrent('where the budget refuses the second target, the outcome is that of the first and says both', async () => {
  const text = 'second refused';
  t.simulator.on('anchor.webTask', { text }).fails('The page is broken.');
  const targets = [{ agent: anchor.webTask({ prompt: text }) }, { agent: browserbase.agentRun({ task: text }) }];
  const handle = await start('outcomeWithin', 'second-refused', { runs: 1 }, { name: 's', targets, effect: 'read' });
  const outcome = (await handle.result()) as Outcome;
  expect(outcome).toMatchObject({ key: 'second-refused/s', status: 'failed', error: { code: 'run-failed' } });
  expect(outcome.error?.message).toMatch(/The page is broken\..*next target was not tried: The budget has 0 runs left/);
  expect(outcome.failedOver).toBeUndefined();
  expect(startsOf(text)).toBe(1);
});

test.concurrent('a step that is cancelled while it waits for the budget leaves nothing reserved', async () => {
  const text = 'cancelled waiting';
  t.simulator.on('browserbase.agentRun', { text }).neverEnds();
  const handle = await start('within', 'cancelled', { money: 1 }, steps(text, 2));
  while (startsOf(text) < 1) await t.simulator.next({ on: 'start', text, phase: 'replied' });
  await handle.cancel();
  const { ends, left } = (await handle.result()) as { ends: string[]; left: Amounts };
  expect(ends).toContain('cancelled');
  expect(left.money).toBeGreaterThan(0.9);
  expect(startsOf(text)).toBe(1);
});
