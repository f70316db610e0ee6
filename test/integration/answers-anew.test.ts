import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PersonStep } from '../../src/core/person-step.js';
import { type PerdureTest, perdureTest } from '../../src/testing/perdure-test.js';

let t: PerdureTest;
beforeAll(async () => {
  t = await perdureTest({ time: 'real', workflowsPath: path.resolve(import.meta.dirname, 'fixtures/people.ts') });
});
afterAll(() => t.close());

const names = ['first', 'second', 'third'];

/** A workflow that goes on as new after each of these questions. */
function start(workflowId: string) {
  const steps = names.map((name): PersonStep => ({ name, title: `${name}?` }));
  return t.client.workflow.start('askAnew', { workflowId, taskQueue: t.taskQueue, args: [steps] });
}

test('answers that come in the moment in which their workflow goes on as new are each applied once', async () => {
  const workflows = Array.from({ length: 8 }, (_, nth) => `anew-${nth}`);
  const ends = workflows.map(async (workflowId) => {
    const handle = await start(workflowId);
    await t.nextQuestion({ workflowId });
    const answers = names.map((name) => t.perdure.answer(`${workflowId}~${name}`, name !== 'first', { by: name }));
    return { workflowId, verdicts: await Promise.all(answers), last: await handle.result() };
  });
  for (const { workflowId, verdicts, last } of await Promise.all(ends)) {
    expect([workflowId, verdicts]).toEqual([workflowId, names.map(() => expect.objectContaining({ accepted: true }))]);
    expect(last).toMatchObject({ approved: true, by: 'third' });
    const told = await t.client.workflow.getHandle(workflowId).query('perdure.questions');
    expect(told).toMatchObject(names.map((by) => ({ state: 'applied', by })));
  }
});
