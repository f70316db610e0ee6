import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openInbox } from '../../test/inbox/fake.js';
import { HeardEvents, idsIn, signerOf } from './webhook.js';

const secret = 'whsec-of-the-test';
const webhooks = [
  { account: 'anchor/other', secret: 'another' },
  { account: 'anchor/default', secret },
];

function signed(body: string, { at = Date.now(), by = secret }: { at?: number; by?: string } = {}) {
  const t = Math.floor(at / 1000);
  return `t=${t},v1=${createHmac('sha256', by).update(`v0:${t}:${body}`).digest('hex')}`;
}

const event = (change: object = {}) =>
  JSON.stringify({ id: 'evt_1', type: 'task.completed', created: '2026-01-01T00:00:00Z', data: {}, ...change });

function receiver() {
  const inbox = openInbox({ webhooks });
  const post = (body: string, signature?: string) =>
    inbox.app.request('/webhooks/anchor', {
      method: 'POST',
      headers: { ...(signature && { 'anchor-signature': signature }), 'content-type': 'application/json' },
      body,
    });
  return { ...inbox, post };
}

test('a webhook that is signed makes the account look at the runs that it names, once', async () => {
  const { post, hastened } = receiver();
  const body = event({ data: { run_id: 'r-1', session: { session_id: 's-1' }, task_id: 'not a run' } });
  expect((await post(body, signed(body))).status).toBe(200);
  expect(hastened).toEqual([{ account: 'anchor/default', ids: ['r-1', 's-1'] }]);
  const again = await post(body, signed(body));
  expect([again.status, await again.json()]).toEqual([200, { received: true, repeated: true }]);
  expect(hastened).toHaveLength(1);
});

test('one that names nothing has all runs looked at, and another account is told by its own secret', async () => {
  const { post, hastened } = receiver();
  const body = event({ id: 'evt_2' });
  await post(body, signed(body, { by: 'another' }));
  expect(hastened).toEqual([{ account: 'anchor/other', ids: [] }]);
});

test('a forged, altered, old or premature one does nothing', async () => {
  const { post, hastened } = receiver();
  const body = event();
  const minute = 60_000;
  const replies = [
    await post(body),
    await post(body, 'v1=00'),
    await post(body, signed(body, { by: 'guess' })),
    await post(`${body} `, signed(body)),
    await post(body.replace('evt_1', 'evt_2'), signed(body)),
    await post(body, signed(body, { at: Date.now() - 3 * minute })),
    await post(body, signed(body, { at: Date.now() + 3 * minute })),
    await post(body, signed(body).replace(/t=\d+/, `t=${Math.floor(Date.now() / 1000) - 10}`)),
  ];
  expect(replies.map(({ status }) => status)).toEqual(replies.map(() => 401));
  expect(await replies[0]?.json()).toMatchObject({ error: { code: 'webhook-refused' } });
  expect(hastened).toEqual([]);
});

test('what is signed and still no event is refused', async () => {
  const { post, hastened } = receiver();
  for (const body of ['', '[]', '{', '{"type":"x"}', 'null']) expect((await post(body, signed(body))).status).toBe(400);
  expect(hastened).toEqual([]);
});

test('an event that could not be acted upon is heard again', async () => {
  let fails = true;
  const heard: string[] = [];
  const inbox = openInbox({
    webhooks,
    hasten: async (account) => {
      if (fails) throw new TypeError('down');
      heard.push(account);
    },
  });
  const body = event();
  const post = () =>
    inbox.app.request('/webhooks/anchor', { method: 'POST', headers: { 'anchor-signature': signed(body) }, body });
  expect((await post()).status).toBe(500);
  fails = false;
  expect((await post()).status).toBe(200);
  expect(heard).toEqual(['anchor/default']);
});

test('after a rotation the old signature beside the new one does no harm', () => {
  const body = event();
  const both = `${signed(body, { by: 'old' })},${signed(body).split(',')[1] ?? ''}`;
  expect(signerOf(webhooks, both, Buffer.from(body))).toBe('anchor/default');
});

test('ids are remembered for a while, and not for ever', () => {
  let now = 0;
  const heard = new HeardEvents(() => now);
  expect([heard.isNew('a'), heard.isNew('a')]).toEqual([true, false]);
  now = 241_000;
  expect(heard.isNew('a')).toBe(true);
});

test('ids are found in any value, and never too many', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const ids = idsIn(value);
      expect(ids.length).toBeLessThanOrEqual(100);
      expect(ids.every((id) => id.length > 0 && id.length <= 200)).toBe(true);
    }),
  );
});
