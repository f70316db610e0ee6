import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import type { Json } from '../core/json.js';
import { createHttpClient, type HttpClient, type HttpLimits, type HttpRequest } from './client.js';

const closers: (() => Promise<unknown> | void)[] = [];
const call = { timeoutMs: 5000 };
const get: HttpRequest = { method: 'GET', path: '/v1/x' };
const post: HttpRequest = { method: 'POST', path: '/v1/x', body: { prompt: 'go' }, fresh: true };

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => sockets.add(socket));
  closers.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function serve(handler: RequestListener, limits: HttpLimits = {}): Promise<HttpClient> {
  return connectTo(await listen(createServer(handler)), limits);
}

function connectTo(baseUrl: string, limits: HttpLimits = {}): HttpClient {
  const options = { provider: 'Anchor', account: 'anchor/default', headers: { 'anchor-api-key': 'key-1' } };
  const client = createHttpClient({ ...options, ...limits, baseUrl });
  closers.push(() => client.close());
  return client;
}

const answering =
  (status: number, body: string | Buffer, headers: Record<string, string> = {}) =>
  (_: IncomingMessage, response: ServerResponse) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
  };

test('a request goes out once with key, query and JSON body, below the path of the base URL', async () => {
  const seen: unknown[] = [];
  const url = await listen(
    createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { method, url: target, headers } = request;
        const body = Buffer.concat(chunks).toString();
        seen.push({ method, target, body, key: headers['anchor-api-key'], type: headers['content-type'] });
        response.end('{"ok":true}');
      });
    }),
  );
  const answer = await connectTo(`${url}/anchor/`).send({ ...post, query: { sessionId: 's 1' } }, call);
  expect(answer).toMatchObject({ status: 200, body: { ok: true } });
  const target = '/anchor/v1/x?sessionId=s+1';
  expect(seen).toEqual([{ method: 'POST', target, body: '{"prompt":"go"}', key: 'key-1', type: 'application/json' }]);
});

test.each([
  [400, 'request-rejected'],
  [401, 'unauthorized'],
  [402, 'no-credit'],
  [403, 'forbidden'],
  [404, 'task-not-found'],
  [409, 'provider-conflict'],
  [422, 'request-rejected'],
  [429, 'rate-limited'],
  [302, 'provider-error'],
  [418, 'provider-error'],
  [500, 'provider-error'],
  [503, 'provider-error'],
])('an answer of %i is %s, with the words of the provider', async (status, code) => {
  const client = await serve(answering(status, '{"error":{"code":7,"message":"not\\u0000 today"}}'));
  const failure = client.send({ ...get, query: { token: 'in-the-query' } }, call);
  await expect(failure).rejects.toMatchObject({ code, status, message: expect.stringMatching(/: not today$/) });
  await expect(failure).rejects.not.toMatchObject({ message: expect.stringMatching(/in-the-query|key-1/) });
});

test.each([
  ['{"statusCode":500,"error":"Internal","message":"flat words"}', /: flat words$/],
  ['{"error":"only words"}', /: only words$/],
  ['<html>secret page</html>', /with 500\.$/],
  ['', /with 500\.$/],
  [JSON.stringify({ error: { message: 'w'.repeat(900) } }), /: w{299}…$/],
])('what an error body says is read as far as it can be (case %#)', async (body, message) => {
  const client = await serve(answering(500, body));
  await expect(client.send(get, call)).rejects.toMatchObject({ message: expect.stringMatching(message) });
});

test('a 429 says how long to wait', async () => {
  const client = await serve(answering(429, '{}', { 'retry-after': '58' }));
  await expect(client.send(get, call)).rejects.toMatchObject({ code: 'rate-limited', retryAfterMs: 58_000 });
});

test.each([
  ['HTML', '<html>a secret</html>', 'text/html', '21 bytes of text/html that are not JSON'],
  ['half a JSON', '{"secret":"a', 'application/json', '12 bytes of application/json that are not JSON'],
  ['broken UTF-8', Buffer.from([0x22, 0xc3, 0x28, 0x22]), 'application/json', 'that are not UTF-8'],
])('%s with status 200 is malformed, and nothing of it is repeated', async (_, body, type, message) => {
  const client = await serve(answering(200, body, { 'content-type': type }));
  const failure = client.send(get, call);
  await expect(failure).rejects.toMatchObject({
    code: 'provider-malformed',
    message: expect.stringContaining(message),
  });
  await expect(failure).rejects.not.toMatchObject({ message: expect.stringContaining('secret') });
});

test('an empty answer has no body', async () => {
  const client = await serve((_, response) => response.writeHead(204).end());
  expect(await client.send(get, call)).toMatchObject({ status: 204, body: undefined });
});

test('an answer beyond the limit is given up, unless the request allows more', async () => {
  const client = await serve(answering(200, JSON.stringify('x'.repeat(3000))), { maxBytes: 1000 });
  await expect(client.send(get, call)).rejects.toMatchObject({ code: 'response-too-large' });
  expect((await client.send({ ...get, maxBytes: 4000 }, call)).body).toHaveLength(3000);
});

test.each([get, post])('a refused connection proves that nothing was sent ($method)', async (request) => {
  const server = createTcpServer();
  const url = await listen(server);
  server.close();
  await once(server, 'close');
  const failure = connectTo(url).send(request, call);
  await expect(failure).rejects.toMatchObject({ code: 'provider-unreachable', message: /ECONNREFUSED/ });
});

test('a server that speaks no TLS was never reached by https', async () => {
  const url = await listen(createTcpServer((socket) => socket.end('hello')));
  const failure = connectTo(url.replace('http:', 'https:')).send(post, call);
  await expect(failure).rejects.toMatchObject({ code: 'provider-unreachable' });
});

test('a TLS handshake that never ends is a connection that was never opened', async () => {
  const url = await listen(createTcpServer());
  const failure = connectTo(url.replace('http:', 'https:')).send(post, { timeoutMs: 50 });
  await expect(failure).rejects.toMatchObject({ code: 'provider-unreachable' });
});

test('a name that does not resolve is unreachable', async () => {
  const failure = connectTo('http://no-such-host.invalid').send(get, call);
  await expect(failure).rejects.toMatchObject({ code: 'provider-unreachable' });
});

test.each([get, post])('no answer in time is a time-out once the request was sent ($method)', async (request) => {
  const client = await serve(() => undefined);
  await expect(client.send(request, { timeoutMs: 50 })).rejects.toMatchObject({ code: 'provider-timeout' });
});

test('a body that stops coming is a time-out', async () => {
  const client = await serve((_, response) => response.writeHead(200).write('{"a":'));
  await expect(client.send(get, { timeoutMs: 50 })).rejects.toMatchObject({ code: 'provider-timeout' });
});

test('a connection reset after sending says nothing about what the provider did', async () => {
  const client = await serve((request) => request.socket.resetAndDestroy());
  await expect(client.send(post, call)).rejects.toMatchObject({ code: 'provider-error' });
});

test('a connection that breaks in the body is a provider error', async () => {
  const client = await serve((request, response) => {
    response.writeHead(200, { 'content-length': '100' }).write('{"a":');
    request.socket.end();
  });
  await expect(client.send(get, call)).rejects.toMatchObject({ code: 'provider-error' });
});

test('a refusal stays a refusal when its body breaks off', async () => {
  const client = await serve((request, response) => {
    response.writeHead(402, { 'content-length': '100' }).write('{"a":');
    request.socket.end();
  });
  await expect(client.send(post, call)).rejects.toMatchObject({ code: 'no-credit' });
});

test('what the caller calls off is cancelled, with the reason of the caller', async () => {
  const controller = new AbortController();
  const client = await serve(() => controller.abort('worker shuts down'));
  const failure = client.send(post, { timeoutMs: Number.POSITIVE_INFINITY, signal: controller.signal });
  await expect(failure).rejects.toMatchObject({ code: 'cancelled', cause: 'worker shuts down' });
});

test('nothing is sent for a caller who called it off before', async () => {
  let requests = 0;
  const client = await serve((_, response) => {
    requests += 1;
    response.end('{}');
  });
  const failure = client.send(post, { ...call, signal: AbortSignal.abort() });
  await expect(failure).rejects.toMatchObject({ code: 'cancelled' });
  await client.send(get, call);
  expect(requests).toBe(1);
});

test('what may not be sent any more when its connection opens is not sent', async () => {
  const asked: string[] = [];
  const client = await serve((request, response) => {
    asked.push(request.url ?? '');
    response.end('{}');
  });
  const late = client.send(post, { ...call, notAfter: Date.now() - 1 });
  await expect(late).rejects.toMatchObject({ code: 'provider-unreachable' });
  await client.send(post, { ...call, notAfter: Date.now() + 60_000 });
  expect(asked).toEqual(['/v1/x']);
});

test('a fresh request never uses a kept connection, and others share one', async () => {
  const ports: (number | undefined)[] = [];
  const client = await serve((request, response) => {
    ports.push(request.socket.remotePort);
    response.end('{}');
  });
  for (let i = 0; i < 6; i += 1) await client.send(get, call);
  const kept = new Set(ports.splice(0));
  for (let i = 0; i < 3; i += 1) await client.send(post, call);
  expect(kept.size).toBeLessThan(6);
  expect(new Set(ports).size).toBe(3);
  expect(ports.filter((port) => kept.has(port))).toEqual([]);
});

test('a request that failed is never sent again by itself', async () => {
  let requests = 0;
  const client = await serve((request) => {
    requests += 1;
    request.socket.destroy();
  });
  await expect(client.send(get, call)).rejects.toMatchObject({ code: 'provider-error' });
  await expect(client.send(post, call)).rejects.toMatchObject({ code: 'provider-error' });
  expect(requests).toBe(2);
});

test.each(['not a url', 'ftp://x', 'http://user:pw@x', 'http://x?key=1'])('the base URL %j is refused', (baseUrl) => {
  expect(() => connectTo(baseUrl)).toThrow(expect.objectContaining({ code: 'config-invalid' }));
});

test.each(['', 'line\nbreak', 'ключ', ' padded'])('an API key that no header may carry is refused: %j', (key) => {
  const options = { provider: 'Anchor', account: 'anchor/default', baseUrl: 'http://x' };
  expect(() => createHttpClient({ ...options, headers: { 'anchor-api-key': key } })).toThrow(
    expect.objectContaining({ code: 'config-invalid' }),
  );
});

test('an API key that the provider repeats in its refusal is not passed on', async () => {
  const client = await serve(answering(401, JSON.stringify({ error: { message: 'Invalid API key: key-1 (key-1)' } })));
  const message = 'Anchor answered GET /v1/x with 401: Invalid API key: ‹API key› (‹API key›)';
  await expect(client.send(get, call)).rejects.toMatchObject({ code: 'unauthorized', message });
});

test('the body of an answer or a refusal is masked before anything else sees it', async () => {
  const mask = (body: Json): Json => JSON.parse(JSON.stringify(body).replaceAll('a2V5LTE=', '***')) as Json;
  const read = await serve(answering(200, JSON.stringify({ coded: 'a2V5LTE=' })), { mask });
  expect(await read.send(get, call)).toMatchObject({ body: { coded: '***' } });
  const refused = await serve(answering(401, JSON.stringify({ error: { message: 'No a2V5LTE=' } })), { mask });
  await expect(refused.send(get, call)).rejects.toMatchObject({
    message: 'Anchor answered GET /v1/x with 401: No ***',
  });
});
