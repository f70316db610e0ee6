import { expect, test } from 'vitest';
import { openInbox, tokens } from '../../test/inbox/fake.js';
import { PerdureError } from '../core/errors.js';

const id = 'perdure:run:a/b~req-1';
const place = `/api/questions/${encodeURIComponent(id)}`;
const agent = { endpoint: 'anchor.webTask', input: { prompt: 'look' } };

test('without a token, or with a wrong one, nothing is done and nothing is told', async () => {
  const inbox = openInbox();
  inbox.client.ask({ id });
  for (const authorization of ['', 'Bearer', 'Bearer wrong', 'Basic YTpi', `Token ${tokens.ann}`]) {
    const headers = { ...(authorization && { authorization }), 'content-type': 'application/json' };
    for (const [method, path] of [
      ['POST', '/api/runs'],
      ['GET', '/api/runs'],
      ['POST', '/api/runs/a/cancel'],
      ['GET', '/api/questions'],
      ['POST', `${place}/answer`],
    ] as const) {
      const body = method === 'POST' ? JSON.stringify({ key: 'a', agent, answer: 'x' }) : undefined;
      const reply = await inbox.app.request(path, { method, headers, ...(body && { body }) });
      expect([401, 429]).toContain(reply.status);
      expect(await reply.json()).toMatchObject({
        error: { code: expect.stringMatching(/^to(ken-refused|o-many-tries)$/) },
      });
    }
  }
  expect(inbox.client.effects).toBe(0);
});

test('a token in the address is not looked at', async () => {
  const { app } = openInbox();
  expect((await app.request(`/api/runs?token=${tokens.ann}&access_token=${tokens.ann}`)).status).toBe(401);
});

test('a run is started by its key; the same key again is the same run, and other input is refused', async () => {
  const inbox = openInbox();
  const body = { key: 'a/b', agent, deadline: '2h' };
  const first = await inbox.api('ann', '/api/runs', body);
  expect([first.status, await first.json()]).toEqual([
    202,
    { key: 'a/b', workflowId: 'perdure:run:a/b', href: '/api/runs/a%2Fb' },
  ]);
  expect(first.headers.get('location')).toBe('/api/runs/a%2Fb');
  expect((await inbox.api('ann', '/api/runs', body)).status).toBe(202);
  const other = await inbox.api('ann', '/api/runs', { ...body, effect: 'read' });
  expect([other.status, await other.json()]).toMatchObject([409, { error: { code: 'key-taken' } }]);
  expect(inbox.client.started[0]).toEqual(body);
});

test.each([
  ['no key', { agent }],
  ['a bad key', { key: 'a b', agent }],
  ['an endpoint that is none', { key: 'a', agent: { endpoint: 'x', input: {} } }],
  ['a field that is none', { key: 'a', agent, colour: 'red' }],
  ['no object', 'text'],
  ['null', null],
])('a start with %s is refused in words, and nothing is started', async (_, body) => {
  const inbox = openInbox();
  const reply = await inbox.api('ann', '/api/runs', body);
  expect([reply.status, await reply.json()]).toMatchObject([400, { error: { code: 'bad-input' } }]);
  expect(inbox.client.effects).toBe(0);
});

test('what is no JSON, or says it is something else, is refused', async () => {
  const inbox = openInbox();
  const send = (body: string, type: string) =>
    inbox.app.request('/api/runs', {
      method: 'POST',
      headers: { authorization: `Bearer ${tokens.ann}`, 'content-type': type },
      body,
    });
  for (const reply of [
    await send('{', 'application/json'),
    await send(JSON.stringify({ key: 'a', agent }), 'text/plain'),
  ]) {
    expect([reply.status, await reply.json()]).toMatchObject([400, { error: { code: 'bad-input' } }]);
  }
  expect(inbox.client.effects).toBe(0);
});

test('a key with slashes is addressed encoded: listed, shown, stopped', async () => {
  const inbox = openInbox();
  inbox.client.run('a/b', { liveView: { sealed: 's1.sealed', mark: 'm' } });
  const list = await (await inbox.api('ann', '/api/runs?limit=1&prefix=a')).json();
  expect(list).toMatchObject({ runs: [{ key: 'a/b', status: 'running' }], more: false });
  const shown = await (await inbox.api('ann', '/api/runs/a%2Fb')).text();
  expect(JSON.parse(shown)).toMatchObject({ run: { key: 'a/b', status: 'running' }, questions: [] });
  expect(shown).not.toContain('s1.sealed');
  const stopped = await inbox.api('ann', '/api/runs/a%2Fb/cancel', {});
  expect([stopped.status, await stopped.json()]).toEqual([202, { key: 'a/b', status: 'running', cancelling: true }]);
  expect((await inbox.api('ann', '/api/runs/a/b')).status).toBe(404);
  inbox.client.run('done', { status: 'completed' });
  expect((await inbox.api('ann', '/api/runs/done/cancel', {})).status).toBe(200);
  expect(inbox.client.cancelled).toEqual(['a/b']);
});

test('a question is listed, shown and answered under the name of the token', async () => {
  const inbox = openInbox();
  inbox.client.ask({ id });
  expect(await (await inbox.api('ann', '/api/questions')).json()).toMatchObject({ questions: [{ id }] });
  expect(await (await inbox.api('ann', place)).json()).toMatchObject({ id, state: 'open' });
  const taken = await inbox.api('ann', `${place}/answer`, { answer: 'the second' });
  expect([taken.status, await taken.json()]).toEqual([200, { accepted: true }]);
  expect(inbox.client.given).toEqual([{ id, answer: 'the second', by: 'ann', channel: 'api' }]);
  const late = await inbox.api('bob', `${place}/answer`, { answer: 'the first' });
  expect([late.status, await late.json()]).toMatchObject([
    409,
    { error: { code: 'answer-refused', message: 'This question was already answered by ann.' } },
  ]);
});

test('an answer of the wrong form is refused; one that no worker takes is received', async () => {
  const inbox = openInbox();
  inbox.client.ask({ id, form: { kind: 'confirm' } });
  const wrong = await inbox.api('ann', `${place}/answer`, { answer: 'yes' });
  expect([wrong.status, await wrong.json()]).toMatchObject([400, { error: { code: 'bad-input' } }]);
  inbox.client.idle = true;
  const left = await inbox.api('ann', `${place}/answer`, { answer: true });
  expect([left.status, await left.json()]).toEqual([202, { accepted: true, pending: true }]);
});

test('only a service answers on behalf of others, and only for those who may answer', async () => {
  const inbox = openInbox();
  inbox.client.ask({ id, assignees: ['finance'] });
  const answer = (name: 'ann' | 'bob' | 'portal', by?: string) =>
    inbox.api(name, `${place}/answer`, { answer: 'x', ...(by && { by }) });
  for (const reply of [
    await answer('bob'),
    await answer('bob', 'ann'),
    await answer('portal'),
    await answer('portal', 'bob'),
    await answer('ann', 'bob'),
  ]) {
    expect([reply.status, await reply.json()]).toMatchObject([403, { error: { code: 'answer-not-allowed' } }]);
  }
  expect(inbox.client.effects).toBe(0);
  expect((await answer('portal', 'ann')).status).toBe(200);
  expect(inbox.client.given).toMatchObject([{ by: 'ann', channel: 'api' }]);
});

test('an answer of 1 MB is refused before it is read, also where its size is not said', async () => {
  const inbox = openInbox();
  inbox.client.ask({ id });
  const large = await inbox.api('ann', `${place}/answer`, { answer: 'x'.repeat(1_048_576) });
  expect([large.status, await large.json()]).toMatchObject([413, { error: { code: 'body-too-large' } }]);
  const chunk = new TextEncoder().encode('x'.repeat(65_536));
  let sent = 0;
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      sent += 1;
      if (sent > 64) controller.close();
      else controller.enqueue(chunk);
    },
  });
  const headers = { authorization: `Bearer ${tokens.ann}`, 'content-type': 'application/json' };
  const init = { method: 'POST', headers, body, duplex: 'half' } as RequestInit;
  expect((await inbox.app.request(`${place}/answer`, init)).status).toBe(413);
  expect(sent).toBeLessThan(64);
  const { post } = await inbox.signIn('ann');
  expect((await post(`/questions/${encodeURIComponent(id)}`, { text: 'x'.repeat(1_048_576) })).status).toBe(413);
  expect(inbox.client.effects).toBe(0);
});

test('an answer that says which question it is for answers no later one; a yes may come as an object', async () => {
  const inbox = openInbox();
  const { askedAt } = inbox.client.ask({ id, form: { kind: 'confirm' } });
  inbox.client.ask({ id, form: { kind: 'confirm' }, askedAt: new Date().toISOString() });
  const stale = await inbox.api('ann', `${place}/answer`, { answer: true, askedAt });
  expect([stale.status, await stale.json()]).toMatchObject([409, { error: { code: 'answer-refused' } }]);
  expect(inbox.client.given).toEqual([]);
  expect((await inbox.api('ann', `${place}/answer`, { answer: { approved: true } })).status).toBe(200);
  expect(inbox.client.given).toMatchObject([{ answer: true }]);
});

test('while workers are away the API lists what it knows, and where it knows nothing it is 503', async () => {
  const inbox = openInbox();
  inbox.client.ask({ id });
  inbox.client.silent = ['perdure:run:a/b'];
  const empty = await inbox.api('ann', '/api/questions');
  expect([empty.status, await empty.json()]).toMatchObject([503, { error: { code: 'worker-missing' } }]);
  inbox.client.ask({ id: 'perdure:run:c~q' });
  const partly = await inbox.api('ann', '/api/questions');
  const known = { questions: [{ id: 'perdure:run:c~q' }], silent: ['perdure:run:a/b'] };
  expect([partly.status, await partly.json()]).toMatchObject([200, known]);
});

test('while Temporal is away the API says so at once', async () => {
  const inbox = openInbox();
  inbox.client.down = new PerdureError({ code: 'temporal-unreachable', message: 'Temporal did not answer.' });
  for (const path of ['/api/runs', '/api/runs/a', '/api/questions', place]) {
    const reply = await inbox.api('ann', path);
    expect([reply.status, reply.headers.get('retry-after')]).toEqual([503, '5']);
    expect(await reply.json()).toMatchObject({ error: { code: 'temporal-unreachable' } });
  }
});

test('a browser that is taken over is said to be, and is handed back', async () => {
  const inbox = openInbox();
  inbox.client.run('a');
  expect((await inbox.api('ann', '/api/runs/a/takeover', { hold: true })).status).toBe(200);
  expect((await inbox.api('bob', '/api/runs/a/takeover', { hold: true })).status).toBe(409);
  expect(await (await inbox.api('bob', '/api/runs/a')).json()).toMatchObject({ run: { takeover: { by: 'ann' } } });
  expect((await inbox.api('ann', '/api/runs/a/takeover', { hold: false })).status).toBe(200);
});

test('its document names every address, with what comes back', async () => {
  const { app } = openInbox({ url: 'https://inbox.example' });
  const document = (await (await app.request('/api/openapi.json')).json()) as {
    openapi: string;
    servers: unknown;
    paths: Record<string, Record<string, { responses: object }>>;
  };
  expect(document.openapi).toBe('3.1.0');
  expect(document.servers).toEqual([{ url: 'https://inbox.example/api' }]);
  expect(
    Object.entries(document.paths).flatMap(([path, methods]) => Object.keys(methods).map((each) => `${each} ${path}`)),
  ).toEqual([
    'post /runs',
    'get /runs',
    'get /runs/{key}',
    'post /runs/{key}/cancel',
    'post /runs/{key}/takeover',
    'get /batches',
    'get /batches/{key}',
    'post /batches/{key}/cancel',
    'post /plans',
    'get /plans',
    'get /plans/{key}',
    'post /plans/{key}/cancel',
    'get /questions',
    'get /questions/{id}',
    'post /questions/{id}/answer',
  ]);
});
