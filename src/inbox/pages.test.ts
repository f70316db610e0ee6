import { expect, test } from 'vitest';
import { hiddenOf, openInbox, tokens } from '../../test/inbox/fake.js';
import { PerdureError } from '../core/errors.js';

const id = 'perdure:run:a/b~req-1';
const place = `/questions/${encodeURIComponent(id)}`;

test('nobody gets in without a token, and is brought to where he wanted afterwards', async () => {
  const { app } = openInbox();
  const reply = await app.request('/runs?page=2');
  expect([reply.status, reply.headers.get('location')]).toEqual([303, '/sign-in?next=%2Fruns%3Fpage%3D2']);
  const page = await (await app.request('/sign-in?next=%2Fruns')).text();
  expect(page).toContain('name="next" value="/runs"');
  expect((await app.request('/questions/list')).status).toBe(401);
});

test.each(['https://evil.example', '//evil.example', '/\\evil.example', 'javascript:alert(1)'])(
  'signing in never leads to %s',
  async (next) => {
    const { app } = openInbox();
    const body = new URLSearchParams({ token: tokens.ann, next });
    const reply = await app.request('/sign-in', { method: 'POST', body });
    expect(reply.headers.get('location')).toBe('/');
  },
);

test('the cookie of a sign-in is for this site alone, and no good once it is changed', async () => {
  const inbox = openInbox();
  const body = new URLSearchParams({ token: tokens.ann });
  const signed = await inbox.app.request('/sign-in', { method: 'POST', body });
  expect(signed.headers.get('set-cookie')).toMatch(/; Path=\/; HttpOnly; SameSite=Strict$/);
  const { cookie } = await inbox.signIn('ann');
  expect((await inbox.app.request('/', { headers: { cookie } })).status).toBe(200);
  const [name, value = ''] = cookie.split('=');
  const [, signature] = value.split('.');
  const other = Buffer.from(JSON.stringify(['bob', '', '9999999999999', 'x'])).toString('base64url');
  for (const forged of [`${value}x`, `${other}.${signature}`, `${other}.`, 'x', '.', '']) {
    expect((await inbox.app.request('/', { headers: { cookie: `${name}=${forged}` } })).status).toBe(303);
  }
});

test('a wrong token is refused in words, and after ten of them as one too many; a right one is always heard', async () => {
  const { app } = openInbox();
  const tryIt = (token: string) =>
    app.request('/sign-in', { method: 'POST', body: new URLSearchParams({ token, next: '/' }) });
  const first = await tryIt('wrong');
  expect([first.status, await first.text()]).toEqual([401, expect.stringContaining('This token is not known here.')]);
  for (let count = 1; count < 10; count += 1) await tryIt(`wrong ${count}`);
  const blocked = await tryIt('wrong 11');
  expect([blocked.status, Number(blocked.headers.get('retry-after'))]).toEqual([429, expect.any(Number)]);
  expect((await tryIt(tokens.ann)).status).toBe(303);
});

test('every answer forbids what is not needed', async () => {
  const { app } = openInbox();
  for (const path of ['/', '/sign-in', '/nothing', '/api/runs', '/api/nothing']) {
    const { headers } = await app.request(path);
    expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self'/);
    expect(headers.get('content-security-policy')).not.toMatch(/unsafe|frame-src/);
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('cache-control')).toBe('no-store');
  }
});

test('pages have neither script nor style of their own, and what they load is there', async () => {
  const inbox = openInbox();
  inbox.client.ask({ id });
  const { get } = await inbox.signIn('ann');
  const { text } = await get('/');
  expect(text).not.toMatch(/<style|style=|<script(?! src="\/assets)|\son[a-z]+=/);
  for (const [, path = ''] of text.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)) {
    expect([path, (await inbox.app.request(path)).status]).toEqual([path, 200]);
  }
});

test('a question is answered by its form, as the person who signed in, and the trail says so', async () => {
  const inbox = openInbox();
  inbox.client.ask({ id });
  const { get, post } = await inbox.signIn('ann');
  expect((await get('/')).text).toContain('Which account?');
  const { text } = await get(place);
  const reply = await post(place, { ...hiddenOf(text, place), text: 'the second' });
  expect([reply.status, reply.headers.get('location')]).toEqual([303, `${place}?said=taken`]);
  expect(inbox.client.given).toEqual([{ id, answer: 'the second', by: 'ann', channel: 'inbox' }]);
  const answered = (await get(place)).text;
  expect(answered).toMatch(/<strong>Answered by ann<\/strong> *through inbox/);
  expect(answered).toMatch(/<pre class="value"[^>]*>\s*the second\s*<\/pre>/);
  expect((await get('/')).text).toContain('Nothing waits for you.');
});

test('the same form sent twice is one answer', async () => {
  const inbox = openInbox();
  inbox.client.ask({ id });
  const { get, post } = await inbox.signIn('ann');
  const form = { ...hiddenOf((await get(place)).text, place), text: 'once' };
  expect((await post(place, form)).status).toBe(303);
  expect((await post(place, form)).status).toBe(303);
  expect(inbox.client.given).toHaveLength(1);
});

test('while workers are away the list says how many could not be asked, and not that nothing waits', async () => {
  const inbox = openInbox();
  inbox.client.ask({ id });
  inbox.client.silent = ['perdure:run:a/b', 'perdure:run:c'];
  const { get } = await inbox.signIn('ann');
  const { text } = await get('/');
  expect(text).toContain('Questions of 2 runs or workflows');
  expect(text).not.toContain('Nothing waits for you.');
});

test('an answer that no worker has taken is said to be received and not yet applied', async () => {
  const inbox = openInbox();
  inbox.client.ask({ id });
  inbox.client.idle = true;
  const { get, post } = await inbox.signIn('ann');
  const reply = await post(place, { ...hiddenOf((await get(place)).text, place), text: 'x' });
  const after = await get(reply.headers.get('location') ?? '');
  expect(after.text).toContain('Received, not yet applied.');
  expect(after.text).not.toContain('<textarea');
});

test('forms of every kind give the types that the question wants', async () => {
  const inbox = openInbox();
  const { get, post } = await inbox.signIn('ann');
  inbox.client.ask({ id, form: { kind: 'confirm' } });
  await post(place, { ...hiddenOf((await get(place)).text, place), confirm: 'no' });
  const fields = [
    { name: 'ok', label: 'OK?', required: true, type: 'boolean' },
    { name: 'sum', label: 'Sum', required: true, type: 'number' },
    { name: 'which', label: 'Which', required: true, type: 'text', options: ['a', 'b'] },
    { name: 'site', label: 'Site', required: false, type: 'url' },
  ] as const;
  inbox.client.ask({ id, form: { kind: 'fields', fields: fields.map((each) => ({ ...each })) as never } });
  const entered = { 'field.ok': 'yes', 'field.sum': '12.5', 'field.which': 'b', 'field.site': '' };
  await post(place, { ...hiddenOf((await get(place)).text, place), ...entered });
  expect(inbox.client.given.map(({ answer }) => answer)).toEqual([false, { ok: true, sum: 12.5, which: 'b' }]);
});

test('a form of another site, of another sign-in or of none does nothing', async () => {
  const inbox = openInbox();
  inbox.client.ask({ id });
  inbox.client.run('a/b');
  const ann = await inbox.signIn('ann');
  const bob = await inbox.signIn('bob');
  const hidden = hiddenOf((await ann.get(place)).text, place);
  const theirs = hiddenOf((await bob.get(place)).text, place);
  const stop = `/runs/${encodeURIComponent('a/b')}/stop`;
  const refused = [
    await ann.post(place, { text: 'x' }),
    await ann.post(place, { ...theirs, text: 'x' }),
    await ann.post(place, { ...hidden, text: 'x' }, { 'sec-fetch-site': 'cross-site' }),
    await ann.post(place, { ...hidden, text: 'x' }, { 'sec-fetch-site': 'same-site' }),
    await ann.post(place, { ...hidden, text: 'x' }, { origin: 'https://evil.example' }),
    await ann.post(stop, {}),
    await ann.post(`/runs/${encodeURIComponent('a/b')}/takeover`, { hold: 'yes' }),
    await ann.post('/sign-out', {}),
  ];
  expect(refused.map(({ status }) => status)).toEqual(refused.map(() => 403));
  expect((await inbox.app.request(place, { method: 'POST', body: new URLSearchParams(hidden) })).status).toBe(401);
  expect(inbox.client.effects).toBe(0);
  const own = await ann.post(place, { ...hidden, text: 'x' }, { origin: 'null', 'sec-fetch-site': 'same-origin' });
  expect(own.status).toBe(303);
});

test('a question for others can be read, and not answered', async () => {
  const inbox = openInbox();
  inbox.client.ask({ id, assignees: ['finance'] });
  const bob = await inbox.signIn('bob');
  expect((await bob.get('/')).text).toContain('1 waits for others');
  expect((await bob.get('/?show=all')).text).toContain('Which account?');
  const { text } = await bob.get(place);
  expect(text).toContain('This question is for finance.');
  const reply = await bob.post(place, { ...hiddenOf(text, '/sign-out'), text: 'x' });
  expect([reply.status, await reply.text()]).toEqual([403, expect.stringContaining('bob may not answer it')]);
  const ann = await inbox.signIn('ann');
  expect((await ann.get('/')).text).toContain('Which account?');
  expect(inbox.client.effects).toBe(0);
});

const script = '<script>alert(1)</script><img src=x onerror=alert(2)>';

test('script in a title, message, field, name or answer is shown as text', async () => {
  const inbox = openInbox();
  const fields = [{ name: `f${script}`, label: script, description: script, required: true, type: 'text' as const }];
  inbox.client.ask({ id, title: script, message: script, form: { kind: 'fields', fields }, assignees: [] });
  inbox.client.run('a/b', { providerStatus: script });
  inbox.driver.messages = async () => ({
    messages: [{ id: '1', at: '2026-01-01T00:00:00Z', role: script, text: script }],
  });
  const { get, post } = await inbox.signIn('ann');
  const texts = [
    (await get('/')).text,
    (await get(place)).text,
    (await get(`/runs/${encodeURIComponent('a/b')}`)).text,
    (await get(`/runs?prefix=${encodeURIComponent(script)}`)).text,
    await (await post(place, { ...hiddenOf((await get(place)).text, place), text: script })).text(),
  ];
  for (const answer of [script, { [script]: script }]) {
    inbox.client.ask({ id, state: 'applied', by: script, channel: script, answer });
    texts.push((await get(place)).text, (await get(`/runs/${encodeURIComponent('a/b')}`)).text);
  }
  for (const text of texts) {
    expect(text).not.toMatch(/<script>|<img/);
    expect(text).toContain('&lt;script&gt;');
  }
});

test("a run or a question of another deployment's is not there", async () => {
  const inbox = openInbox();
  inbox.client.run('foreign');
  const foreign = 'perdure:run:foreign~req-1';
  inbox.client.ask({ id: foreign });
  const { get } = await inbox.signIn('ann');
  expect((await get('/runs/foreign')).status).toBe(404);
  expect((await get(`/questions/${encodeURIComponent(foreign)}`)).status).toBe(404);
  expect((await inbox.api('ann', '/api/runs/foreign')).status).toBe(404);
  expect((await inbox.api('ann', '/api/runs/foreign/cancel', {})).status).toBe(404);
  expect(inbox.client.effects).toBe(0);
});

test('a run is stopped only after it was asked whether it should be', async () => {
  const inbox = openInbox();
  inbox.client.run('a/b');
  const path = `/runs/${encodeURIComponent('a/b')}/stop`;
  const { get, post } = await inbox.signIn('ann');
  const { text } = await get(path);
  expect(text).toContain('Stop this run?');
  expect(inbox.client.cancelled).toEqual([]);
  expect((await post(path, hiddenOf(text, path))).status).toBe(303);
  expect(inbox.client.cancelled).toEqual(['a/b']);
});

test('the live view is framed from its own origin alone, and taken over by one person at a time', async () => {
  const inbox = openInbox();
  inbox.client.run('a/b', { sessionId: 's-1' });
  inbox.driver.liveView = async () => 'https://live.example/view?token=abc';
  const told: string[] = [];
  inbox.driver.pause = async () => void told.push('pause');
  inbox.driver.resume = async () => void told.push('resume');
  const path = `/runs/${encodeURIComponent('a/b')}`;
  const ann = await inbox.signIn('ann');
  const live = await ann.get(`${path}/live`);
  expect(live.headers.get('content-security-policy')).toMatch(/; frame-src https:\/\/live\.example$/);
  expect(live.text).toContain('src="https://live.example/view?token=abc"');
  const taken = await ann.post(`${path}/takeover`, { ...hiddenOf(live.text, `${path}/takeover`), hold: 'yes' });
  expect(await taken.text()).toContain('The agent pauses until you hand it back.');
  const bob = await inbox.signIn('bob');
  const theirs = await bob.get(`${path}/live`);
  expect(theirs.text).toMatch(/<strong>ann holds this browser<\/strong>/);
  const refused = await bob.post(`${path}/takeover`, { ...hiddenOf(theirs.text, `${path}/takeover`), hold: 'yes' });
  expect([refused.status, await refused.text()]).toEqual([409, expect.stringContaining('ann holds this browser.')]);
  await ann.post(`${path}/takeover`, { ...hiddenOf(live.text, `${path}/takeover`), hold: 'no' });
  expect(told).toEqual(['pause', 'resume']);
});

test('what goes wrong has a page that says what and what to do, without what nobody should see', async () => {
  const inbox = openInbox();
  const { get } = await inbox.signIn('ann');
  inbox.client.down = new PerdureError({ code: 'temporal-unreachable', message: 'Temporal did not answer.' });
  const away = await get('/');
  expect([away.status, away.headers.get('retry-after')]).toEqual([503, '5']);
  expect(away.text).toContain('Temporal does not answer');
  inbox.client.down = new TypeError('secret-canary');
  const broken = await get('/');
  expect(broken.status).toBe(500);
  expect(broken.text + inbox.troubles.join()).not.toContain('secret-canary');
});

test('nothing hangs when Temporal does not answer at all', async () => {
  const inbox = openInbox({ pace: { temporal: 50 } });
  const { get } = await inbox.signIn('ann');
  inbox.client.waiting = () => new Promise(() => undefined);
  expect((await get('/')).status).toBe(504);
  expect((await inbox.api('ann', '/api/questions')).status).toBe(504);
}, 10_000);
