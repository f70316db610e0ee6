import { expect, test } from 'vitest';
import { type FakeInbox, hiddenOf, openInbox } from '../../test/inbox/fake.js';
import { type ErrorCode, PerdureError } from '../core/errors.js';

const id = 'perdure:run:a~req-1';
const place = `/questions/${encodeURIComponent(id)}`;
const canary = 'canary-482913';

/** An inbox with a question whose answer is a code; `answers` says what the provider does with it. */
function asked(answers: (ErrorCode | 'ok' | 'ok-lost')[], change: Partial<FakeInbox['driver']> = {}) {
  const inbox = openInbox();
  inbox.client.run('a');
  inbox.client.ask({ id, direct: true });
  const sent: unknown[] = [];
  let pending = true;
  Object.assign(inbox.driver, {
    pendingQuestion: async () => (pending ? { providerId: 'req-1', message: '', form: { kind: 'text' } } : undefined),
    answer: async (_: unknown, __: unknown, answer: unknown) => {
      sent.push(answer);
      const next = answers.shift() ?? 'ok';
      pending &&= !next.startsWith('ok');
      if (next === 'ok') return;
      const code = next === 'ok-lost' ? 'provider-timeout' : next;
      throw new PerdureError({ code, message: `The provider says: ${String(answer)}` });
    },
    ...change,
  });
  const give = async () => {
    const { get, post } = await inbox.signIn('ann');
    const reply = await post(place, { ...hiddenOf((await get(place)).text, place), text: canary });
    return { status: reply.status, text: await reply.text(), location: reply.headers.get('location') };
  };
  return { ...inbox, sent, give, close: () => (pending = false) };
}

test('a code goes to the provider and never to the client; the claim comes before it and the settlement after', async () => {
  const { give, sent, client } = asked(['ok']);
  expect(await give()).toMatchObject({ status: 303, location: `${place}?said=taken` });
  expect(sent).toEqual([canary]);
  expect(client.given).toEqual([]);
  expect(client.settled).toEqual([{ id, state: 'applied' }]);
});

test.each([
  ['request-rejected', 'open', 'The provider did not take the answer'],
  ['provider-unreachable', 'open', 'The provider did not take the answer'],
  ['provider-conflict', 'gone', 'The agent has moved on'],
] as const)(
  'what the provider refuses with %s leaves the question %s, without a word of its own',
  async (code, state, words) => {
    const { give, client, sent } = asked([code]);
    const reply = await give();
    expect(reply).toMatchObject({ status: 409, text: expect.stringContaining(words) });
    expect(reply.text).not.toContain(canary);
    expect([client.settled, sent.length]).toEqual([[{ id, state }], 1]);
  },
);

test('a reply that was lost is looked up: the question is gone, so the answer was taken, and is not sent again', async () => {
  const { give, client, sent } = asked(['ok-lost']);
  expect((await give()).status).toBe(303);
  expect([client.settled, sent.length]).toEqual([[{ id, state: 'applied' }], 1]);
});

test('where nobody can know, the question is unknown and may be answered again by a person', async () => {
  const { give, client, sent } = asked(['provider-timeout', 'ok']);
  const reply = await give();
  expect(reply).toMatchObject({ status: 409, text: expect.stringContaining('Nobody knows whether the provider has') });
  expect([client.settled, sent.length]).toEqual([[{ id, state: 'unknown' }], 1]);
  expect((await give()).status).toBe(303);
  expect(client.settled.at(-1)).toEqual({ id, state: 'applied' });
}, 20_000);

test('nothing is sent when the agent has moved on, or the provider can not be asked', async () => {
  const moved = asked([]);
  moved.close();
  expect((await moved.give()).text).toContain('nothing was sent');
  const silent = asked([], {
    pendingQuestion: async () => {
      throw new PerdureError({ code: 'provider-timeout', message: 'late' });
    },
  });
  expect((await silent.give()).text).toContain('Nothing was sent: the provider could not be asked (provider-timeout).');
  expect([moved.sent, silent.sent]).toEqual([[], []]);
  expect(silent.client.settled).toEqual([{ id, state: 'open' }]);
});

test('one look that misses the question does not close it', async () => {
  let looks = 0;
  const { give, sent } = asked(['ok'], {
    pendingQuestion: async (_, __, providerId = '') =>
      (looks += 1) === 1 ? undefined : { providerId, message: '', form: { kind: 'text' } },
  });
  expect((await give()).status).toBe(303);
  expect(sent).toEqual([canary]);
}, 20_000);

test('a link whose code was not sent is not used up', async () => {
  const { app, links, client, sent } = asked(['provider-unreachable', 'ok']);
  const { askedAt } = await client.question(id);
  const terms = { addressee: 'carl', expiresAt: Date.now() + 3_600_000, decisionId: 'link-1' };
  const path = `/link/${await links.sign({ questionId: id, askedAt, ...terms })}`;
  const post = () => app.request(path, { method: 'POST', body: new URLSearchParams({ text: canary }) });
  const claim = client.claim.bind(client);
  client.claim = () => Promise.reject(new PerdureError({ code: 'worker-missing', message: 'none' }));
  expect((await post()).status).toBe(503);
  client.claim = claim;
  expect([(await post()).status, (await post()).status, sent.length]).toEqual([409, 200, 2]);
});

test('the same form sent twice sends the code once', async () => {
  const { signIn, sent } = asked(['ok']);
  const { get, post } = await signIn('ann');
  const form = { ...hiddenOf((await get(place)).text, place), text: canary };
  const statuses = (await Promise.all([post(place, form), post(place, form)])).map(({ status }) => status);
  expect(statuses.sort()).toEqual([303, 409]);
  expect(sent).toEqual([canary]);
});

test('the code is on no page, in no address and in no log', async () => {
  const { give, signIn, troubles, api } = asked(['provider-timeout']);
  const reply = await give();
  const { get } = await signIn('ann');
  const seen = [reply.text, String(reply.location), (await get(place)).text, (await get('/')).text, troubles.join()];
  seen.push(await (await api('ann', `/api/questions/${encodeURIComponent(id)}`)).text());
  expect(seen.join()).not.toContain(canary);
}, 20_000);
