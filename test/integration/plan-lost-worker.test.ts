import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { PlanHandle } from '../../src/client/plan-handle.js';
import { endProcess, openStage, type Stage } from '../support/stage.js';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(async () => {
  expect(stage.simulator.ledger.open).toEqual([]);
  await stage.close();
});

const agent = (text: string) => ({ endpoint: 'browserbase.agentRun', input: { task: text } });

/** Waits until a step has come so far. */
async function until(plan: PlanHandle, name: string, statuses: readonly string[]): Promise<void> {
  for (;;) {
    const step = (await plan.status()).steps.find((each) => each.name === name);
    if (step && statuses.includes(step.status)) return;
    await stage.simulator.clock.advance('1 s');
  }
}

test('a plan whose worker is killed at each start and between each two steps does every step once', async () => {
  const { simulator, perdure } = stage;
  simulator.on('browserbase.agentRun', { text: 'plan step' }).lasts('2 min').returns({ total: 12 });
  let worker = await stage.forkWorker();
  const another = async () => {
    await endProcess(worker);
    worker = await stage.forkWorker();
  };
  const begun = (text: string) => simulator.next({ on: 'start', text, phase: 'replied' });
  const first = begun('plan step one');
  const plan = await perdure.startPlan({
    key: 'killed',
    plan: {
      steps: [
        { name: 'one', agent: agent('plan step one'), deadline: '20 hours' },
        { name: 'rest', wait: '10 min' },
        { name: 'each', forEach: ['a', 'b'], agent: agent('plan step each ${item}'), deadline: '20 hours' },
        { name: 'ask', approval: { title: 'Go on?', deadline: '30 days' } },
        { name: 'last', agent: agent('plan step last'), deadline: '20 hours' },
      ],
      output: '${steps.last.result.total}',
    },
  });
  await first;
  await another();
  await until(plan, 'rest', ['running']);
  await another();
  const each = begun('plan step each a');
  await each;
  await another();
  await until(plan, 'ask', ['waiting-for-person']);
  await another();
  const last = begun('plan step last');
  // The worker that has just come may not tell it yet.
  const question = await vi.waitUntil(async () => (await perdure.questions())[0], { timeout: 60_000, interval: 200 });
  expect(await perdure.answer(question.id, true, { by: 'ann' })).toEqual({ accepted: true });
  await last;
  await another();
  expect(await plan.outcome()).toMatchObject({ status: 'completed', output: 12 });
  const starts = simulator.ledger
    .requests({ operation: 'start' })
    .map(({ body }) => String(Reflect.get(Object(body), 'task')));
  const steps = starts.map((task) => /plan step (?:one|each a|each b|last)/.exec(task)?.[0]);
  expect(steps.toSorted()).toEqual(['plan step each a', 'plan step each b', 'plan step last', 'plan step one']);
}, 240_000);
