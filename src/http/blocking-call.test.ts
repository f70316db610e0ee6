import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Agent, request } from 'undici';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createHttpClient, type HttpClient } from './client.js';

const held: ServerResponse[] = [];
const server = createServer((_, response) => held.push(response));
let client: HttpClient;
let baseUrl: string;

beforeEach(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  client = createHttpClient({ provider: 'Anchor', account: 'anchor/default', baseUrl, headers: {} });
});

afterEach(async () => {
  vi.useRealTimers();
  await client.close();
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
  held.splice(0);
});

test('a call without a deadline outlasts the time-outs that undici has for headers and for the body', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const agent = new Agent();
  const plain = expect(request(baseUrl, { dispatcher: agent })).rejects.toMatchObject({
    code: 'UND_ERR_HEADERS_TIMEOUT',
  });
  await once(server, 'request');
  const post = { method: 'POST', path: '/run', body: {}, fresh: true } as const;
  const answer = client.send(post, { timeoutMs: Number.POSITIVE_INFINITY });
  await once(server, 'request');
  await vi.advanceTimersByTimeAsync(20 * 60_000);
  await plain;
  held.at(-1)?.writeHead(200).write('{"result":');
  await vi.advanceTimersByTimeAsync(20 * 60_000);
  held.at(-1)?.end('1}');
  expect(await answer).toMatchObject({ body: { result: 1 } });
  await agent.destroy();
});
