import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { browserbase } from '../../src/core/builders.js';
import type { AgentStep } from '../../src/core/step.js';
import { type PerdureTest, perdureTest } from '../../src/testing/perdure-test.js';

let t: PerdureTest;
beforeAll(async () => {
  t = await perdureTest({ workflowsPath: fileURLToPath(new URL('./fixtures/budgets.ts', import.meta.url)) });
});
afterAll(() => t.close());

/** A workflow beneath holds the whole budget of another, and a second one waits for it. */
async function heldBudget(workflowId: string) {
  const { workflow } = t.client;
  const step: AgentStep = { name: 'waits', agent: browserbase.agentRun({ task: workflowId }) };
  const owner = await workflow.start('keeper', { taskQueue: t.taskQueue, workflowId, args: [{ runs: 1 }, step] });
  for (let asked = 0; asked < 2; ) {
    const { events = [] } = await owner.fetchHistory();
    const signals = events?.map((event) => event.workflowExecutionSignaledEventAttributes?.signalName) ?? [];
    asked = signals.filter((name) => name === 'perdure.reserve').length;
  }
  const [holder, waiter] = ['holder', 'waiter'].map((name) => workflow.getHandle(`${workflowId}-${name}`));
  return { owner, holder, waiter };
}

test('what a terminated workflow held counts as used, and whoever waited for it is told', async () => {
  const { owner, holder, waiter } = await heldBudget('terminated-holder');
  await holder?.terminate('It is of no use any more.');
  await t.advance('6 minutes');
  expect(await waiter?.result()).toEqual(['budget-exceeded']);
  expect(await owner.query('perdure.budget')).toMatchObject({ used: { runs: 1 }, left: { runs: 0 } });
  await owner.terminate('It has been looked at.');
});
