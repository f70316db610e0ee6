import { afterEach, expect, test } from 'vitest';
import type { ProviderHandle } from '../../src/core/run.js';
import { RequestBudget } from '../../src/providers/request-budget.js';
import { call, inputs, mark, openStage, type Stage } from './stage.js';

let stage: Stage;
afterEach(() => stage.close());

async function startMany(
  endpoint: 'browserbase.agentRun' | 'anchor.webTask',
  count: number,
): Promise<ProviderHandle[]> {
  stage = await openStage(endpoint);
  stage.sim.on(endpoint).lasts('1 hour');
  const handles: ProviderHandle[] = [];
  for (let index = 0; index < count; index += 1) {
    const { runId, sessionId } = await stage.driver.start({ input: inputs[endpoint], mark }, call);
    handles.push({ generation: 1, mark, runId, sessionId, ownsSession: false });
  }
  return handles;
}

const looks = () =>
  stage.sim.ledger.requests().filter(({ operation }) => ['status', 'list'].includes(operation)).length;

test('the running runs of Browserbase are read by one page of their list, which those share who ask at once', async () => {
  const handles = await startMany('browserbase.agentRun', 12);
  // Until then they are pending, and not in the list of those that run.
  await stage.sim.clock.advance('1 min');
  const before = looks();
  const terms = { freshMs: 60_000 };
  const [one, two] = [handles.slice(0, 6), handles.slice(6)];
  const read = await Promise.all([one, two].map((some) => stage.driver.statusMany(some, call, terms)));
  expect(read.flat()).toEqual(handles.map(() => expect.objectContaining({ state: 'running' })));
  expect(looks() - before).toBe(1);
});

test.each(['browserbase.agentRun', 'anchor.webTask'] as const)(
  'at %s no more requests are made than the budget has, and something is read with the smallest',
  async (endpoint) => {
    const handles = await startMany(endpoint, 6);
    const before = looks();
    const budget = new RequestBudget(3);
    const read = await stage.driver.statusMany(handles, call, { budget });
    expect(looks() - before).toBeLessThanOrEqual(3);
    expect(budget.spent).toBeLessThanOrEqual(3);
    expect(read.some((look) => look !== undefined)).toBe(true);
  },
);

test('one run that is not known holds up none of the others', async () => {
  const handles = await startMany('browserbase.agentRun', 4);
  const unknown = { ...handles[0], runId: '00000000-0000-4000-8000-000000000000' } as ProviderHandle;
  const states = (await stage.driver.statusMany([unknown, ...handles], call)).map(
    (look) => look && 'state' in look && look.state,
  );
  expect(states).toEqual(['gone', 'running', 'running', 'running', 'running']);
});
