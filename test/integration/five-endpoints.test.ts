import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AgentSpec, anchor, browserbase } from '../../src/core/builders.js';
import { type PerdureTest, perdureTest } from '../../src/testing/perdure-test.js';

let t: PerdureTest;
beforeAll(async () => {
  t = await perdureTest({ time: 'real' });
});
afterAll(async () => {
  expect(t.ledger.open).toEqual([]);
  await t.close();
});

const prompt = 'Read the total of the invoice.';
const agents: AgentSpec[] = [
  anchor.webTask({ prompt, url: 'https://example.com' }),
  anchor.sessionAgent({ prompt }),
  anchor.task({ taskId: 'task-1', input_params: { Name: 'x' } }),
  anchor.namedTask({ taskName: 'invoices', inputs: { ANCHOR_NAME: 'x' } }),
  browserbase.agentRun({ task: prompt }),
];

test.concurrent.each(agents)('$endpoint runs from its start to its result and leaves nothing open', async (agent) => {
  t.simulator.on(agent.endpoint).lasts('5 min').returns({ total: 12 });
  const run = await t.perdure.start({ key: `five-${agent.endpoint}`, agent });
  const outcome = await run.outcome();
  expect(outcome).toMatchObject({ status: 'completed', cleanup: { confirmed: true, left: [] } });
  expect(outcome.result).toEqual({ total: 12 });
  expect(t.ledger.effects(agent.endpoint)).toHaveLength(1);
});
