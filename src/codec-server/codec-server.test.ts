import { randomBytes } from 'node:crypto';
import { defaultPayloadConverter } from '@temporalio/common';
import { expect, test } from 'vitest';
import { parseTokens } from '../secrets/inbox-tokens.js';
import { parseKeys } from '../secrets/key-ring.js';
import { EncryptingCodec } from '../secrets/payload-codec.js';
import { createCodecServer } from './create-codec-server.js';
import { startCodecServer } from './index.js';
import { writePayloads } from './payloads.js';

const token = 'ann-has-this-token';
const origin = 'https://temporal.example.com';
const newKeys = () => parseKeys(`k1:${randomBytes(32).toString('base64')}`, 'the test');
const codec = new EncryptingCodec(newKeys());
const options = { codec, tokens: parseTokens(`ann:${token}`, 'the test'), origins: [origin] };
const app = createCodecServer(options);
const bearer = { authorization: `Bearer ${token}` };

async function encrypted(value: unknown, by = codec): Promise<string> {
  const payload = defaultPayloadConverter.toPayload(value);
  return JSON.stringify(writePayloads(await by.encode(payload ? [payload] : [])));
}

interface Post {
  place?: string;
  headers?: Record<string, string>;
}

async function post(body: string, { place = '/decode', headers = bearer }: Post = {}) {
  const response = await app.request(place, { method: 'POST', body, headers });
  return { status: response.status, headers: response.headers, body: (await response.json()) as object };
}

function valueIn(body: object): unknown {
  const { payloads } = body as { payloads: { data: string }[] };
  return JSON.parse(Buffer.from(payloads[0]?.data ?? '', 'base64').toString());
}

test('what a worker encrypted is decrypted, wherever a proxy puts the server', async () => {
  const body = await encrypted({ total: 12 });
  expect(body).not.toContain('total');
  for (const place of ['/decode', '/codec/default/decode']) {
    const answer = await post(body, { place, headers: { ...bearer, 'x-namespace': 'default' } });
    expect(answer.status).toBe(200);
    expect(valueIn(answer.body)).toEqual({ total: 12 });
  }
});

test('what the UI encodes, a worker reads', async () => {
  const plain = JSON.stringify(writePayloads([defaultPayloadConverter.toPayload('hello') ?? {}]));
  const encoded = await post(plain, { place: '/encode' });
  expect(JSON.stringify(encoded.body)).toContain(Buffer.from('binary/encrypted').toString('base64'));
  const back = await post(JSON.stringify(encoded.body));
  expect(valueIn(back.body)).toBe('hello');
});

test('a payload of a megabyte is decrypted; more than a message of Temporal can hold is refused', async () => {
  const text = 'x'.repeat(1024 * 1024);
  expect(valueIn((await post(await encrypted(text))).body)).toBe(text);
  const answer = await post(`{"payloads":[{"data":"${'A'.repeat(9 * 1024 * 1024)}"}]}`);
  expect(answer).toMatchObject({ status: 413, body: { error: { code: 'body-too-large' } } });
});

const strangers: Record<string, string>[] = [
  {},
  { authorization: 'Bearer somebody-elses-token' },
  { authorization: `Basic ${token}` },
];

test.each(strangers)('nobody decrypts without a token that is known (%#)', async (headers) => {
  const answer = await post(await encrypted('x'), { headers });
  expect(answer).toMatchObject({ status: 401, body: { error: { code: 'token-refused' } } });
});

test('only the pages of the places that were named are answered, as browsers ask for it', async () => {
  const asked = await app.request('/decode', {
    method: 'OPTIONS',
    headers: { origin, 'access-control-request-headers': 'content-type,x-namespace' },
  });
  expect(asked.status).toBe(204);
  expect(Object.fromEntries(asked.headers)).toMatchObject({
    'access-control-allow-origin': origin,
    'access-control-allow-credentials': 'true',
    'access-control-allow-headers': 'content-type,x-namespace',
    vary: 'Origin',
  });
  const answer = await post(await encrypted('x'), { headers: { ...bearer, origin } });
  expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([200, origin]);
  const stranger = await post(await encrypted('x'), { headers: { ...bearer, origin: 'https://evil.example.com' } });
  expect(stranger).toMatchObject({ status: 403, body: { error: { code: 'request-forged' } } });
  expect(stranger.headers.get('access-control-allow-origin')).toBeNull();
});

test("a reader of the UI signs in, and the UI's requests come with the cookie", async () => {
  const signIn = (given: string) => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    return app.request('/sign-in', { method: 'POST', headers, body: new URLSearchParams({ token: given }) });
  };
  expect((await signIn('wrong')).status).toBe(401);
  const signedIn = await signIn(token);
  const cookie = signedIn.headers.get('set-cookie') ?? '';
  expect([signedIn.status, cookie]).toEqual([303, expect.stringMatching(/HttpOnly; SameSite=Strict$/) as unknown]);
  const headers = { cookie: cookie.split(';')[0] ?? '', origin };
  expect(valueIn((await post(await encrypted('x'), { headers })).body)).toBe('x');
  expect(await (await app.request('/', { headers: { cookie: headers.cookie } })).text()).toContain('Signed in as ann');
  const stranger = await post(await encrypted('x'), { headers: { ...headers, origin: 'https://evil.example.com' } });
  expect(stranger.status).toBe(403);
});

test.each([
  '',
  'nonsense',
  '[]',
  '{"payloads":{}}',
  '{"payloads":[{"data":"§"}]}',
  '{"payloads":[{"metadata":{"a":1}}]}',
])('what is no message of payloads is refused: %s', async (body) => {
  expect(await post(body)).toMatchObject({ status: 400, body: { error: { code: 'bad-input' } } });
});

test('a payload of a key that is not here, or an altered one, says which key and shows nothing', async () => {
  const other = new EncryptingCodec(parseKeys(`k2:${randomBytes(32).toString('base64')}`, 'the test'));
  expect(await post(await encrypted('x', other))).toMatchObject({
    status: 422,
    body: { error: { code: 'codec-key-missing', message: expect.stringContaining("'k2'") as unknown } },
  });
  const altered = await encrypted('x', new EncryptingCodec(newKeys()));
  expect(await post(altered)).toMatchObject({ status: 422, body: { error: { code: 'codec-broken' } } });
});

test('it listens to other machines only with tokens that somebody chose', async () => {
  await expect(startCodecServer(options, { host: '0.0.0.0', port: 0, tokensConfigured: false })).rejects.toMatchObject({
    code: 'config-invalid',
  });
  const running = await startCodecServer(options, { host: '127.0.0.1', port: 0, tokensConfigured: false });
  expect((await fetch(`${running.url}/health`)).status).toBe(200);
  await running.stop();
});
