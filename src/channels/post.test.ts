import { inspect } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openReceiver, type Receiver } from '../../test/support/receiver.js';
import { post } from './post.js';

const secretPath = '/services/T000/B000/hunter2?token=hunter2';

let receiver: Receiver;
beforeEach(async () => {
  receiver = await openReceiver();
});
afterEach(() => receiver.close());

const send = (url = `${receiver.url}${secretPath}`, timeoutMs = 5000) =>
  post({ channel: 'team', url, headers: { 'webhook-id': 'x' }, body: { text: 'hello' }, timeoutMs });

async function failureOf(sending: Promise<void>): Promise<unknown> {
  const error = await sending.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeDefined();
  expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('hunter2');
  return error;
}

test('a body is posted as JSON to path and query of the address, with the headers', async () => {
  await send();
  expect(receiver.received).toEqual([
    {
      path: secretPath,
      body: '{"text":"hello"}',
      headers: expect.objectContaining({ 'content-type': 'application/json', 'webhook-id': 'x' }),
    },
  ]);
});

test.each(['ok', '{"ok":true}', '', '\xff\xfe', 'x'.repeat(10_000_000)])(
  'a success is one whatever its body',
  async (text) => {
    receiver.answer = (response) => response.writeHead(200).end(text, 'latin1');
    await send();
  },
);

test('a success whose body never ends is one', async () => {
  receiver.answer = (response) => void response.writeHead(200).write('o');
  await send();
});

test.each([400, 401, 403, 404, 410, 413, 422])(
  'an answer of %i is final, and not told with its words',
  async (status) => {
    receiver.answer = (response, { path }) => response.writeHead(status).end(JSON.stringify({ error: `No ${path}` }));
    expect(await failureOf(send())).toMatchObject({
      code: 'channel-refused',
      retryable: false,
      message: `The channel 'team' answered ${status}.`,
    });
  },
);

test.each([302, 308, 408, 409, 425, 429, 500, 502, 503, 504])(
  'after an answer of %i it is told again',
  async (status) => {
    const headers = { 'retry-after': '7', location: `${receiver.url}${secretPath}` };
    receiver.answer = (response) => response.writeHead(status, headers).end('hunter2');
    expect(await failureOf(send())).toMatchObject({ code: 'channel-unreachable', retryable: true, retryAfterMs: 7000 });
    expect(receiver.received).toHaveLength(1);
  },
);

test('a receiver that hangs up, says nothing or is not there is told again', async () => {
  receiver.answer = (response) => response.socket?.destroy();
  const again = { code: 'channel-unreachable', retryable: true };
  expect(await failureOf(send())).toMatchObject({ ...again, message: "The channel 'team' could not be reached." });
  receiver.answer = () => undefined;
  expect(await failureOf(send(undefined, 200))).toMatchObject({
    ...again,
    message: "The channel 'team' did not answer in time.",
  });
  expect(await failureOf(send(`http://127.0.0.1:1${secretPath}`))).toMatchObject(again);
  expect(await failureOf(send('http://hunter2.invalid/'))).toMatchObject(again);
});

test.each(['', 'hunter2', 'ftp://hunter2.example', 'http://ann:hunter2@shop.example'])(
  'an address that is none is refused, and not shown',
  async (url) => {
    expect(await failureOf(send(url))).toMatchObject({ code: 'config-invalid' });
  },
);
