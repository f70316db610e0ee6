import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { createHttpClient, type HttpClient } from './client.js';

let server: Server;
let client: HttpClient;
afterEach(async () => {
  await client.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

async function serve(listener: RequestListener, baseUrl?: string): Promise<string> {
  server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const account = { provider: 'Anchor', account: 'anchor/default', headers: { 'anchor-api-key': 'the-key' } };
  client = createHttpClient({ ...account, baseUrl: baseUrl ?? `${url}/api` });
  return url;
}

const bounds = { maxBytes: 1000, idleMs: 500 };
const limits = { timeoutMs: 30_000 };

async function text(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return Buffer.concat(parts).toString();
}

test('a file at the base URL is asked for with the key, one at a signed URL without', async () => {
  const url = await serve((request, response) => {
    const { 'anchor-api-key': key = 'no key', accept } = request.headers;
    response.end(`${request.url} ${key} ${accept}`);
  });
  const own = await client.download({ path: '/files/1', ...bounds }, limits, text);
  expect(own).toBe('/api/files/1 the-key application/octet-stream');
  const signed = await client.download({ signedUrl: `${url}/bucket/1?sig=a%2Fb`, ...bounds }, limits, text);
  expect(signed).toBe('/bucket/1?sig=a%2Fb no key application/octet-stream');
});

test('a redirect is not followed, and a signed URL is in no error', async () => {
  const url = await serve((_, response) => response.writeHead(302, { location: '/elsewhere' }).end());
  const error = await client
    .download({ signedUrl: `${url}/bucket?sig=hidden`, ...bounds }, limits, text)
    .catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'provider-error', status: 302 });
  expect(String(error)).not.toContain('hidden');
});

test.each(['http://store.example/1', 'file:///etc/passwd', 'https://user:pw@store.example/1', 'no address'])(
  'where the provider is reached by https, %s is no signed URL',
  async (signedUrl) => {
    await serve(() => undefined, 'https://api.example');
    const fetched = client.download({ signedUrl, ...bounds }, limits, text);
    await expect(fetched).rejects.toMatchObject({ code: 'provider-malformed' });
  },
);

test('a body that stands still is given up', async () => {
  await serve((_, response) => void response.write('some'));
  const fetched = client.download({ path: '/1', ...bounds }, limits, text);
  await expect(fetched).rejects.toMatchObject({ code: 'provider-error' });
});

test('a caller who calls off hears so, also in the middle of the body', async () => {
  await serve((_, response) => void response.write('some'));
  const controller = new AbortController();
  const fetched = client.download(
    { path: '/1', ...bounds, idleMs: 60_000 },
    { ...limits, signal: controller.signal },
    async (chunks) => {
      for await (const _ of chunks) controller.abort();
    },
  );
  await expect(fetched).rejects.toMatchObject({ code: 'cancelled' });
});
