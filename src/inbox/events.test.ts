import { expect, test } from 'vitest';
import { type FakeInbox, openInbox } from '../../test/inbox/fake.js';

const pace = { look: 5, keepAlive: 40 };
const question = (name: string) => `perdure:run:a~${name}`;

interface Told {
  id: string;
  type: string;
  about: string;
}

/** A stream of live news, as a browser reads it. */
async function listen({ app }: FakeInbox, cookie: string, lastSeen?: string) {
  const headers = { cookie, ...(lastSeen !== undefined && { 'last-event-id': lastSeen }) };
  const reply = await app.request('/events', { headers });
  const reader = reply.body?.getReader();
  const told: Told[] = [];
  let text = '';
  const reading = (async () => {
    for (;;) {
      const { done = true, value } = (await reader?.read()) ?? {};
      if (done) return;
      text += Buffer.from(value as Uint8Array).toString('utf8');
      told.splice(0, told.length, ...eventsIn(text));
    }
  })();
  return {
    reply,
    told,
    raw: () => text,
    cut: async () => {
      await reader?.cancel();
      await reading;
    },
  };
}

function eventsIn(text: string): Told[] {
  const blocks = text.split('\n\n').filter((block) => block.includes('event: '));
  return blocks.map((block) => {
    const line = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1] ?? '';
    const { id = '' } = JSON.parse(line('data')) as { id?: string };
    return { id: line('id'), type: line('event'), about: id };
  });
}

test('a question appears, changes and goes on the stream, without its text', async () => {
  const inbox = openInbox({ pace });
  const { cookie } = await inbox.signIn('ann');
  const stream = await listen(inbox, cookie);
  expect(stream.reply.headers.get('content-type')).toMatch(/^text\/event-stream/);
  const types = () => stream.told.map(({ type, about }) => `${type} ${about}`);
  inbox.client.ask({ id: question('1'), message: 'a text of its own' });
  await expect.poll(types).toEqual([`asked ${question('1')}`]);
  inbox.client.ask({ id: question('1'), state: 'claimed', by: 'bob' });
  await expect.poll(types).toHaveLength(2);
  inbox.client.ask({ id: question('1'), state: 'applied' });
  await expect.poll(types).toEqual([`asked ${question('1')}`, `changed ${question('1')}`, `closed ${question('1')}`]);
  expect(stream.raw()).not.toContain('a text of its own');
  await stream.cut();
  inbox.close();
});

test('a stream that was cut goes on after the event that it saw last, and misses none', async () => {
  const inbox = openInbox({ pace });
  const { cookie } = await inbox.signIn('ann');
  const first = await listen(inbox, cookie);
  inbox.client.ask({ id: question('1') });
  await expect.poll(() => first.told.length).toBe(1);
  await first.cut();
  inbox.client.ask({ id: question('2') });
  inbox.client.ask({ id: question('3') });
  await new Promise((resolve) => setTimeout(resolve, 60));
  const second = await listen(inbox, cookie, first.told.at(-1)?.id);
  await expect.poll(() => second.told.map(({ about }) => about)).toEqual([question('2'), question('3')]);
  await second.cut();
  inbox.close();
});

test('a stream that goes on after another process, or after too long, is told to read all again', async () => {
  const inbox = openInbox({ pace });
  const { cookie } = await inbox.signIn('ann');
  for (const lastSeen of ['other-7', 'nonsense\u00e9', 'x'.repeat(500)]) {
    const stream = await listen(inbox, cookie, lastSeen);
    await expect.poll(() => stream.told[0]?.type).toBe('missed');
    await stream.cut();
  }
  inbox.close();
});

test('an idle stream shows signs of life', async () => {
  const inbox = openInbox({ pace });
  const { cookie } = await inbox.signIn('ann');
  const stream = await listen(inbox, cookie);
  await expect.poll(() => stream.raw().split(': still here').length).toBeGreaterThan(2);
  await stream.cut();
  inbox.close();
});

test('a question whose worker is away is not told to be closed', async () => {
  const inbox = openInbox({ pace });
  const { cookie } = await inbox.signIn('ann');
  const stream = await listen(inbox, cookie);
  const types = () => stream.told.map(({ type, about }) => `${type} ${about}`);
  inbox.client.ask({ id: question('1') });
  await expect.poll(types).toHaveLength(1);
  inbox.client.silent = ['perdure:run:a'];
  inbox.client.ask({ id: 'perdure:run:b~2' });
  await expect.poll(types).toEqual([`asked ${question('1')}`, 'asked perdure:run:b~2']);
  await stream.cut();
  inbox.close();
});

test('many who watch cost one look, and a failing look is told once and tried again', async () => {
  const inbox = openInbox({ pace: { look: 20, keepAlive: 1000 } });
  const { cookie } = await inbox.signIn('ann');
  let looks = 0;
  const read = inbox.client.waiting.bind(inbox.client);
  inbox.client.waiting = async () => {
    looks += 1;
    return read();
  };
  const streams = await Promise.all(Array.from({ length: 30 }, () => listen(inbox, cookie)));
  inbox.client.down = new TypeError('away');
  await expect.poll(() => inbox.troubles.length).toBe(1);
  const before = looks;
  await expect.poll(() => looks).toBeGreaterThan(before + 3);
  expect(inbox.troubles).toHaveLength(1);
  inbox.client.down = undefined;
  inbox.client.ask({ id: question('1') });
  await expect.poll(() => streams.every(({ told }) => told.length === 1)).toBe(true);
  expect(looks).toBeLessThan(60);
  await Promise.all(streams.map((stream) => stream.cut()));
  inbox.close();
});

test('nobody listens without having signed in', async () => {
  const inbox = openInbox();
  expect((await inbox.app.request('/events')).status).toBe(401);
});
