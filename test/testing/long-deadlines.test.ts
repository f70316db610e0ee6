import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { wire } from '../../src/core/names.js';
import type { Question } from '../../src/core/question.js';
import { type PerdureTest, perdureTest } from '../../src/testing/perdure-test.js';
import { timeSkipping } from '../../src/testing/test-server.js';

const day = 86_400_000;
const workflowsPath = path.join(import.meta.dirname, '..', 'integration', 'fixtures', 'people.ts');
const step = {
  name: 'approve',
  title: 'Pay?',
  assignees: ['ann'],
  deadline: '7 days',
  escalate: [
    { after: '1 day', to: ['lead'] },
    { after: '3 days', to: ['cfo'] },
  ],
};

describe.skipIf(!timeSkipping().available)('where time is skipped', () => {
  let t: PerdureTest;
  beforeAll(async () => {
    t = await perdureTest({ time: 'skipping', workflowsPath });
  });
  afterAll(() => t.close());

  // On a busy machine the time-skipping server now and then stands still, which another try does not.
  test('a ladder of three days is climbed day by day, and after seven the answer is no', { retry: 2 }, async ({
    task,
  }) => {
    const workflowId = `ladder-${task.result?.retryCount ?? 0}`;
    const options = { args: [[step]], workflowId, taskQueue: t.taskQueue };
    const handle = await t.client.workflow.start('askInOrder', options);
    const { id, askedAt, deadline } = await t.nextQuestion(handle);
    expect(Date.parse(deadline ?? '') - Date.parse(askedAt)).toBe(7 * day);
    const assignees = async () => (await handle.query<Question[]>(wire.questions))[0]?.assignees;
    expect(await assignees()).toEqual(['ann']);
    await t.advance('1 day');
    await t.advance('1 hour');
    expect(await assignees()).toEqual(['ann', 'lead']);
    await t.advance('2 days');
    expect(await assignees()).toEqual(['ann', 'lead', 'cfo']);
    await t.advance('5 days');
    const [verdict] = (await handle.result()) as { answeredAt: string }[];
    expect(verdict).toMatchObject({ approved: false, by: 'perdure', channel: 'deadline', expired: true });
    expect(Date.parse(verdict?.answeredAt ?? '') - Date.parse(askedAt)).toBeGreaterThanOrEqual(7 * day);
    await expect(t.perdure.answer(id, true, { by: 'ann' })).rejects.toMatchObject({ code: 'question-not-found' });
  });
});

test('in real time, scaled, the same ladder comes to the same end', async () => {
  const t = await perdureTest({ time: 'real', scale: 0.000_02, workflowsPath });
  try {
    const options = { args: [[step]], workflowId: 'ladder', taskQueue: t.taskQueue };
    const handle = await t.client.workflow.start('askInOrder', options);
    expect(await handle.result()).toMatchObject([{ approved: false, by: 'perdure', expired: true }]);
    const [question] = await handle.query<Question[]>(wire.questions);
    expect(question).toMatchObject({ state: 'expired', assignees: ['ann', 'lead', 'cfo'] });
  } finally {
    await t.close();
  }
});
