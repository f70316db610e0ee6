import { expect, test } from 'vitest';
import { openInbox, questionOf } from '../../test/inbox/fake.js';
import { LinkSigner } from '../secrets/links.js';
import { parseKeys } from '../secrets/key-ring.js';

const id = 'perdure:run:a~req-1';
const hour = 3_600_000;

const { askedAt } = questionOf({ id });

async function sent(change: { addressee?: string; expiresAt?: number; decisionId?: string } = {}) {
  const inbox = openInbox();
  inbox.client.ask({ id, assignees: ['finance', 'carl'] });
  const asked = { questionId: id, askedAt };
  const link = { ...asked, addressee: 'carl', expiresAt: Date.now() + hour, decisionId: 'link-1', ...change };
  const path = `/link/${await inbox.links.sign(link)}`;
  const post = (text: string, to = path, headers: Record<string, string> = {}) =>
    inbox.app.request(to, { method: 'POST', headers, body: new URLSearchParams({ text }) });
  return { ...inbox, path, post };
}

test('to look at a link decides nothing; its form answers as the one it was sent to', async () => {
  const { app, path, post, client } = await sent();
  for (let look = 0; look < 3; look += 1) {
    const page = await app.request(path);
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('Which account?')]);
  }
  expect((await app.request(path, { method: 'HEAD' })).status).toBe(200);
  expect(client.effects).toBe(0);
  const reply = await post('the second');
  expect([reply.status, await reply.text()]).toEqual([200, expect.stringContaining('Your answer was taken.')]);
  expect(client.given).toEqual([{ id, answer: 'the second', by: 'carl', channel: 'link' }]);
});

test('a link is used once, also by whom it was forwarded to', async () => {
  const { app, path, post, client } = await sent();
  await post('first');
  const again = await post('second');
  expect([again.status, await again.text()]).toEqual([409, expect.stringMatching(/Answered by carl/)]);
  expect(await (await app.request(path)).text()).toMatch(/Answered by carl/);
  expect(client.given).toHaveLength(1);
});

test('a link whose answer was refused by the agent is spent: it says so instead of taking another', async () => {
  const { post, client } = await sent();
  await post('first');
  client.ask({ id, assignees: ['carl'] });
  const again = await post('second');
  expect([again.status, await again.text()]).toEqual([409, expect.stringContaining('This link was used already')]);
  expect(client.given).toHaveLength(1);
});

test('a link does not answer what is asked under the same name since', async () => {
  const { app, path, post, client } = await sent();
  client.ask({ id, message: 'Pay 1,000,000?', assignees: ['carl'], askedAt: new Date().toISOString() });
  expect([(await app.request(path)).status, (await post('yes')).status]).toEqual([403, 403]);
  expect(client.effects).toBe(0);
});

test('a group has a link of its own, and its name stands in the trail', async () => {
  const { post, client } = await sent({ addressee: 'finance' });
  expect((await post('x')).status).toBe(200);
  expect(client.given).toMatchObject([{ by: 'finance', channel: 'link' }]);
});

test('a forged, altered, expired or foreign link, or one of somebody who may not answer, does nothing', async () => {
  const { app, path, post, client } = await sent();
  const other = new LinkSigner(parseKeys(`test:${Buffer.alloc(32, 7).toString('base64')}`, 'the test'));
  const asked = { questionId: id, askedAt };
  const forged = await other.sign({ ...asked, addressee: 'carl', expiresAt: Date.now() + hour, decisionId: 'l' });
  const expired = (await sent({ expiresAt: Date.now() - 1000 })).path;
  const bob = await sent({ addressee: 'bob' });
  for (const to of [`/link/${forged}`, `${path}x`, path.slice(0, -4), '/link/x', '/link/a.b.c', expired]) {
    expect([to, (await app.request(to)).status]).toEqual([to, 403]);
    expect([to, (await post('x', to)).status]).toEqual([to, 403]);
  }
  expect([(await bob.app.request(bob.path)).status, (await bob.post('x')).status]).toEqual([403, 403]);
  expect(client.effects + bob.client.effects).toBe(0);
});

test('another site can not send the form of a link', async () => {
  const { post, path, client } = await sent();
  expect((await post('x', path, { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
  expect((await post('x', path, { origin: 'https://evil.example' })).status).toBe(403);
  expect(client.effects).toBe(0);
});

test('a link is no way to another question or into the inbox', async () => {
  const { app, path, client } = await sent();
  client.ask({ id: 'perdure:run:a~req-2' });
  const page = await app.request(path);
  expect(page.headers.get('set-cookie')).toBe(null);
  expect(await page.text()).not.toMatch(/Sign out|req-2/);
});

test('a megabyte by a link is refused before it is read, and the link is not used up', async () => {
  const { post, client } = await sent();
  expect((await post('x'.repeat(1_048_576))).status).toBe(413);
  expect(client.effects).toBe(0);
  expect((await post('the second')).status).toBe(200);
});
