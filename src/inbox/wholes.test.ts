import { expect, test } from 'vitest';
import { hiddenOf, openInbox, questionOf, tokens } from '../../test/inbox/fake.js';
import type { PlanReport } from '../core/plan.js';

const encoded = encodeURIComponent('a/b');
const planReport = (change: Partial<PlanReport> = {}): PlanReport => ({
  key: 'a/b',
  name: 'Read and pay',
  status: 'waiting-for-person',
  steps: [
    {
      name: 'read',
      kind: 'agent',
      status: 'completed',
      run: 'perdure:plan:a/b/read:2',
      result: { total: 1240 },
      failedOver: [{ key: 'perdure:plan:a/b/read', account: 'anchor/default', status: 'failed' }],
    },
    { name: 'approve', kind: 'approval', status: 'waiting-for-person', question: 'perdure:plan:a/b~approve' },
    { name: 'pay', kind: 'agent', status: 'pending' },
  ],
  startedAt: new Date(0).toISOString(),
  ...change,
});

test('a batch is shown with its counts, errors, slowest items and the runs of its items', async () => {
  const inbox = openInbox();
  inbox.client.batch('a/b');
  inbox.client.run('a/b/c', { status: 'failed' });
  inbox.client.run('a/b/d');
  const { get } = await inbox.signIn('ann');
  expect((await get('/batches')).text).toMatch(/<a href="\/batches\/a%2Fb">a\/b<\/a>.*2 of 4/s);
  const { text } = await get(`/batches/${encoded}`);
  expect(text).toContain('aria-label="2 of 4 ended, 1 failed"');
  expect(text).toMatch(/run-failed<\/th><td class="number">1/);
  for (const run of ['a/b/a:2', 'a/b/c', 'a/b/d']) expect(text).toContain(`href="/runs/${encodeURIComponent(run)}"`);
  expect(text).toContain('href="/runs?prefix=a%2Fb%2F"');
  expect(text).toContain('1.5 credits');
});

test('a batch that no worker can tell of, or that was ended from outside, says so and what to do', async () => {
  const inbox = openInbox();
  const { report, ...silent } = inbox.client.batch('silent');
  inbox.client.batches.set('silent', silent);
  inbox.client.batches.set('killed', { ...silent, key: 'killed', status: 'unknown', report });
  const { get } = await inbox.signIn('ann');
  expect((await get('/batches/silent')).text).toContain('No worker is there to tell how far it is.');
  expect((await get('/batches/killed')).text).toContain('Its workflow was ended from outside.');
  expect((await get('/batches')).text).toContain('no worker tells');
});

test('a plan is shown step by step, with small results, earlier targets and the question that it waits with', async () => {
  const inbox = openInbox();
  inbox.client.plans.set('a/b', planReport());
  inbox.client.ask({ id: 'perdure:plan:a/b~approve', title: 'Pay 1,240?' });
  inbox.client.ask({ id: 'perdure:run:other~req', title: 'Of another' });
  const { get } = await inbox.signIn('ann');
  expect((await get('/plans')).text).toMatch(/<a href="\/plans\/a%2Fb">a\/b<\/a>.*Read and pay/s);
  const { text } = await get(`/plans/${encoded}`);
  expect(text).toMatch(/href="\/questions\/perdure%3Aplan%3Aa%2Fb~approve">\s*Pay 1,240\?/);
  expect(text).not.toContain('Of another');
  expect(text).toContain('&quot;total&quot;: 1240');
  expect(text).toContain('href="/runs/perdure%3Aplan%3Aa%2Fb%2Fread%3A2"');
  expect(text).toMatch(/Before, at anchor\/default: <a href="\/runs\/perdure%3Aplan%3Aa%2Fb%2Fread">failed/);
  expect((await get('/')).text).toContain('the plan <a href="/plans/a%2Fb">a/b</a>');
});

test('a plan that has ended shows its output, or at which step it failed; without a worker it says what it can', async () => {
  const inbox = openInbox();
  const report = planReport({ status: 'failed' });
  inbox.client.plans.set('a/b', report);
  const error = { code: 'approval-refused', message: 'ann refused.', step: 'approve' };
  inbox.client.outcomes.set('a/b', {
    ...report,
    status: 'failed',
    error,
    output: { paid: 0 },
    endedAt: new Date(1).toISOString(),
  });
  inbox.client.plans.set('idle', planReport({ key: 'idle', status: 'running', steps: [] }));
  inbox.client.plans.set('killed', planReport({ key: 'killed', status: 'failed', steps: [] }));
  const { get } = await inbox.signIn('ann');
  const { text } = await get(`/plans/${encoded}`);
  expect(text).toMatch(/<strong>approval-refused<\/strong> at the step approve: ann refused\./);
  expect(text).toContain('&quot;paid&quot;: 0');
  expect((await get('/plans/idle')).text).toContain('No worker is there to tell');
  expect((await get('/plans/killed')).text).toContain('Its workflow was ended from outside');
});

test('a run names the batch or the plan that it is part of', async () => {
  const inbox = openInbox();
  inbox.client.run('a/b/c', { batch: 'a/b' });
  inbox.client.run('perdure:plan:a/b/read', { plan: 'a/b' });
  const { get } = await inbox.signIn('ann');
  expect((await get('/runs/a%2Fb%2Fc')).text).toContain('<a href="/batches/a%2Fb">a/b</a>');
  expect((await get('/runs/perdure%3Aplan%3Aa%2Fb%2Fread')).text).toContain('<a href="/plans/a%2Fb">a/b</a>');
});

test.each(['batches', 'plans'])('%s are narrowed by status and key, a page at a time', async (place) => {
  const inbox = openInbox();
  for (let count = 0; count < 30; count += 1) {
    inbox.client.batch(`n-${count}`);
    inbox.client.plans.set(`n-${count}`, planReport({ key: `n-${count}`, status: 'running' }));
  }
  inbox.client.batch('done', { endedAt: new Date().toISOString(), live: 0, queued: 0 });
  inbox.client.plans.set('done', planReport({ key: 'done', status: 'completed' }));
  const { get } = await inbox.signIn('ann');
  const done = await get(`/${place}?status=completed`);
  expect(done.text).toContain('>done</a>');
  expect(done.text).not.toContain('>n-1</a>');
  expect((await get(`/${place}?prefix=n-2`)).text).not.toContain('>done</a>');
  const first = await get(`/${place}?prefix=n-&status=running`);
  expect(first.text).toContain(`href="/${place}?status=running&amp;prefix=n-&amp;page=2"`);
  expect((await get(`/${place}?prefix=n-&page=2`)).text).toContain('>n-29</a>');
  expect((await get(`/${place}?prefix=none`)).text).toMatch(/No (batch|plan) fits\./);
});

test.each([
  ['batches', 'Stop this batch?'],
  ['plans', 'Stop this plan?'],
])(
  'one of the %s is stopped only after it was asked whether it should be, and by its own form',
  async (place, asked) => {
    const inbox = openInbox();
    inbox.client.batch('a/b');
    inbox.client.plans.set('a/b', planReport());
    const path = `/${place}/${encoded}/stop`;
    const { get, post } = await inbox.signIn('ann');
    const { text } = await get(path);
    expect(text).toContain(asked);
    expect((await post(path, {})).status).toBe(403);
    expect((await inbox.app.request(path, { method: 'POST' })).status).toBe(401);
    expect(inbox.client.cancelled).toEqual([]);
    const reply = await post(path, hiddenOf(text, path));
    expect([reply.status, reply.headers.get('location')]).toEqual([303, `/${place}/${encoded}?said=stopping`]);
    expect(inbox.client.cancelled).toEqual(['a/b']);
    expect((await get(`/${place}/${encoded}?said=stopping`)).text).toContain('It is being stopped');
  },
);

const canary = '<script>alert(1)</script><img src=x>';

test('script in a name, an error or a result is shown as text', async () => {
  const inbox = openInbox();
  const report = planReport({ name: canary });
  report.steps.push({
    name: 's',
    kind: 'agent',
    status: 'failed',
    error: { code: 'x', message: canary },
    result: canary,
  });
  inbox.client.plans.set('a/b', report);
  inbox.client.batch('a/b', { failures: { [canary]: 1 }, slowest: [{ key: canary, ms: 1 }] });
  const { get } = await inbox.signIn('ann');
  for (const path of [
    '/plans',
    `/plans/${encoded}`,
    `/batches/${encoded}`,
    `/batches?prefix=${encodeURIComponent(canary)}`,
  ]) {
    const { text } = await get(path);
    expect(text).not.toMatch(/<script>|<img|style=|\son[a-z]+=/);
    expect(text).toContain('&lt;script&gt;');
  }
});

test("what is another deployment's is not there, as a page, as news or for a program", async () => {
  const inbox = openInbox();
  inbox.client.batch('foreign');
  inbox.client.plans.set('foreign', planReport({ key: 'foreign' }));
  const { get } = await inbox.signIn('ann');
  for (const place of ['batches', 'plans']) {
    for (const rest of ['', '/story', '/events', '/stop']) {
      expect([rest, (await get(`/${place}/foreign${rest}`)).status]).toEqual([rest, 404]);
    }
  }
  expect((await inbox.api('ann', '/api/batches/foreign')).status).toBe(404);
  expect((await inbox.api('ann', '/api/batches/foreign/cancel', {})).status).toBe(404);
  expect(inbox.client.effects).toBe(0);
});

test('news of a batch or a plan come as they change, also what changed before somebody listened, and end with it', async () => {
  const inbox = openInbox({ pace: { look: 5, keepAlive: 40 } });
  const { get, cookie } = await inbox.signIn('ann');
  expect((await inbox.app.request('/plans/p/events')).status).toBe(401);
  const tell = {
    batches: () => inbox.client.batch('p', { items: inbox.client.batches.size + Math.random() }),
    plans: () => inbox.client.plans.set('p', planReport({ key: 'p', startedAt: String(Math.random()) })),
  };
  for (const place of ['batches', 'plans'] as const) {
    tell[place]();
    const [, address = ''] = /data-live="([^"]+)"/.exec((await get(`/${place}/p`)).text) ?? [];
    tell[place]();
    const reader = (await inbox.app.request(address, { headers: { cookie } })).body?.getReader();
    const next = async () => {
      for (;;) {
        const { value, done } = (await reader?.read()) ?? { done: true };
        const text = value ? Buffer.from(value).toString() : '';
        if (done || text.includes('event:')) return text;
      }
    };
    expect(await next()).toContain('event: changed');
    tell[place]();
    expect(await next()).toContain('event: changed');
    await reader?.cancel();
  }
  inbox.close();
});

test('programs list, show and stop batches, and list plans', async () => {
  const inbox = openInbox();
  inbox.client.batch('a/b');
  inbox.client.batch('old', { endedAt: new Date().toISOString(), stopped: 'failures' });
  inbox.client.plans.set('a/b', planReport());
  const listed = await inbox.api('ann', '/api/batches?limit=1');
  expect(await listed.json()).toMatchObject({ batches: [{ key: 'a/b', report: { live: 1 } }], more: true });
  expect(await (await inbox.api('ann', '/api/batches?status=failed')).json()).toMatchObject({
    batches: [{ key: 'old' }],
  });
  expect(await (await inbox.api('ann', '/api/batches/a%2Fb')).json()).toMatchObject({ status: 'running' });
  expect((await inbox.api('ann', '/api/batches/a%2Fb/cancel', {})).status).toBe(202);
  expect((await inbox.api('ann', '/api/batches/old/cancel', {})).status).toBe(200);
  expect(inbox.client.cancelled).toEqual(['a/b']);
  const plans = await inbox.api('ann', '/api/plans?status=waiting-for-person&prefix=a');
  expect(await plans.json()).toMatchObject({ plans: [{ key: 'a/b', name: 'Read and pay', steps: 3 }], more: false });
  expect((await inbox.api('ann', '/api/plans?status=odd')).status).toBe(400);
  const headers = { authorization: `Bearer ${tokens.ann}x` };
  for (const path of ['/api/batches', '/api/plans', '/api/batches/a']) {
    expect((await inbox.app.request(path, { headers })).status).toBe(401);
  }
  const document = (await (await inbox.app.request('/api/openapi.json')).json()) as { paths: Record<string, object> };
  expect(Object.keys(document.paths['/plans'] ?? {})).toEqual(['post', 'get']);
  expect(Object.keys(document.paths)).toEqual(
    expect.arrayContaining(['/batches', '/batches/{key}', '/batches/{key}/cancel']),
  );
});

test('a question of the plan that belongs to it is told with it to programs too', async () => {
  const inbox = openInbox();
  inbox.client.plans.set('a/b', planReport());
  inbox.client.questionsById.set('x', questionOf({ id: 'perdure:run:perdure:plan:a/b/pay~ask' }));
  const shown = await inbox.api('ann', `/api/plans/${encoded}`);
  expect(await shown.json()).toMatchObject({ questions: [{ id: 'perdure:run:perdure:plan:a/b/pay~ask' }] });
});
