import { expect, test } from 'vitest';
import { openInbox, questionOf, tokens } from '../../test/inbox/fake.js';

const plan = { steps: [{ name: 'rest', wait: '1 h' }] };
const report = (status: 'running' | 'waiting-for-person' | 'completed') => ({
  key: 'a/b',
  status,
  steps: [{ name: 'rest', kind: 'wait' as const, status: 'running' as const }],
  startedAt: new Date(0).toISOString(),
});

test('a plan is started by its key, as an object or as a text, and its address is told', async () => {
  const inbox = openInbox();
  for (const given of [plan, 'steps:\n  - { name: rest, wait: 1 h }\n']) {
    const reply = await inbox.api('ann', '/api/plans', { key: 'a/b', plan: given, inputs: { x: 1 } });
    expect([reply.status, await reply.json()]).toEqual([
      202,
      { key: 'a/b', workflowId: 'perdure:plan:a/b', href: '/api/plans/a%2Fb' },
    ]);
    expect(reply.headers.get('location')).toBe('/api/plans/a%2Fb');
  }
  expect(inbox.client.started[0]).toEqual({ key: 'a/b', plan, inputs: { x: 1 } });
});

test('of a plan that is wrong each problem is told, by path, and by line where a text was sent', async () => {
  const inbox = openInbox();
  const text = 'steps:\n  - name: a\n    wait: soon\n  - name: a\n    wait: 1s\n';
  const reply = await inbox.api('ann', '/api/plans', { key: 'a', plan: text });
  expect([reply.status, await reply.json()]).toMatchObject([
    400,
    {
      error: {
        code: 'bad-input',
        problems: [
          { line: 3, path: 'steps[0].wait' },
          { line: 4, path: 'steps[1].name' },
        ],
      },
    },
  ]);
  const asObject = await inbox.api('ann', '/api/plans', { key: 'a', plan: { steps: [{ name: 'a', wait: 'soon' }] } });
  expect(await asObject.json()).toMatchObject({ error: { problems: [{ path: 'steps[0].wait' }] } });
  expect(inbox.client.effects).toBe(0);
});

test.each([
  ['no key', { plan }],
  ['a key that is too long', { key: 'x'.repeat(81), plan }],
  ['no plan', { key: 'a' }],
  ['a number as the plan', { key: 'a', plan: 1 }],
  ['a field that is none', { key: 'a', plan, colour: 'red' }],
])('a start with %s is refused, and nothing is started', async (_, body) => {
  const inbox = openInbox();
  const reply = await inbox.api('ann', '/api/plans', body);
  expect([reply.status, await reply.json()]).toMatchObject([400, { error: { code: 'bad-input' } }]);
  expect(inbox.client.effects).toBe(0);
});

test('without a token no plan is started, shown or stopped', async () => {
  const inbox = openInbox();
  inbox.client.plans.set('a', report('running'));
  const headers = { authorization: `Bearer ${tokens.ann}x`, 'content-type': 'application/json' };
  for (const [method, path] of [
    ['POST', '/api/plans'],
    ['GET', '/api/plans/a'],
    ['POST', '/api/plans/a/cancel'],
  ] as const) {
    const body = method === 'POST' ? JSON.stringify({ key: 'a', plan }) : undefined;
    const reply = await inbox.app.request(path, { method, headers, ...(body !== undefined && { body }) });
    expect(reply.status).toBe(401);
  }
  expect(inbox.client.effects).toBe(0);
});

test('a plan is shown with the questions that it waits with, and stopped once', async () => {
  const inbox = openInbox();
  inbox.client.plans.set('a/b', report('waiting-for-person'));
  inbox.client.questionsById.set('x', questionOf({ id: 'perdure:plan:a/b~ask' }));
  inbox.client.questionsById.set('y', questionOf({ id: 'perdure:run:other~ask' }));
  const shown = await inbox.api('ann', '/api/plans/a%2Fb');
  expect(await shown.json()).toMatchObject({
    plan: { key: 'a/b', status: 'waiting-for-person', steps: [{ name: 'rest' }] },
    questions: [{ id: 'perdure:plan:a/b~ask' }],
  });
  expect((await inbox.api('ann', '/api/plans/a%2Fb/cancel', {})).status).toBe(202);
  expect(inbox.client.cancelled).toEqual(['a/b']);
  inbox.client.plans.set('a/b', report('completed'));
  expect((await inbox.api('ann', '/api/plans/a%2Fb/cancel', {})).status).toBe(200);
  expect((await inbox.api('ann', '/api/plans/none')).status).toBe(404);
});

test('the document of the API names plans', async () => {
  const inbox = openInbox();
  const document = (await (await inbox.app.request('/api/openapi.json')).json()) as { paths: object };
  expect(Object.keys(document.paths)).toEqual(
    expect.arrayContaining(['/plans', '/plans/{key}', '/plans/{key}/cancel']),
  );
});
