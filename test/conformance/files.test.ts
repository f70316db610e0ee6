import { createHash } from 'node:crypto';
import { afterEach, expect, test } from 'vitest';
import type { EndpointName } from '../../src/core/endpoints.js';
import { createProvider, type Provider, type SessionFile } from '../../src/providers/index.js';
import type { ScriptedDownload } from '../../src/simulator/index.js';
import { accountAt, call, finish, openStage, type Stage, start } from './stage.js';

const endpoints = ['anchor.webTask', 'anchor.task', 'anchor.namedTask', 'browserbase.agentRun'] as const;
const fileCall = { ...call, maxBytes: 1024 * 1024, idleMs: 5_000 };
const pdf = { name: 'a b.pdf', content: 'an invoice', mimeType: 'application/pdf' };
const raw = { name: 'raw', base64: Buffer.from([0, 255, 254, 10, 13]).toString('base64') };

let stage: Stage;
let provider: Provider;
afterEach(async () => {
  await provider.close();
  await stage.close();
});

/** A run that has ended, and its session with it. */
async function ended(endpoint: EndpointName, ...files: ScriptedDownload[]) {
  stage = await openStage(endpoint);
  provider = createProvider(accountAt(stage.sim, endpoint));
  stage.sim.on(endpoint).downloads(...files);
  const run = await start(stage);
  const ending = await finish(stage, run);
  const sessionId = run.handle.sessionId ?? ending?.sessionId ?? '';
  await stage.driver.release(sessionId, call);
  expect((await stage.driver.session(sessionId, call))?.live).toBe(false);
  return sessionId;
}

async function contentOf(sessionId: string, file: SessionFile | undefined): Promise<Buffer> {
  const take = async (chunks: AsyncIterable<Uint8Array>) => {
    const parts: Uint8Array[] = [];
    for await (const chunk of chunks) parts.push(chunk);
    return Buffer.concat(parts);
  };
  return provider.fetchFile(sessionId, file ?? { id: 'none', name: '' }, fileCall, take);
}

test.each(endpoints)('%s: a session that has ended lists its files, and gives them byte by byte', async (endpoint) => {
  const session = await ended(endpoint, pdf, raw);
  const files = await provider.files(session, call);
  expect(files).toMatchObject([
    { name: 'a b.pdf', bytes: 10 },
    { name: 'raw', bytes: 5 },
  ]);
  expect((await contentOf(session, files[0])).toString()).toBe('an invoice');
  expect([...(await contentOf(session, files[1]))]).toEqual([0, 255, 254, 10, 13]);
});

test('Browserbase tells the type and the checksum, and its pages are read to the end', async () => {
  const many = Array.from({ length: 230 }, (_, index) => ({ ...pdf, name: `${index}.pdf` }));
  const session = await ended('browserbase.agentRun', ...many);
  const files = await provider.files(session, call);
  expect(files.map(({ name }) => name)).toEqual(many.map(({ name }) => name));
  const sha256 = createHash('sha256').update(pdf.content).digest('hex');
  expect(files[0]).toMatchObject({ mimeType: 'application/pdf', sha256 });
  expect(stage.sim.ledger.requests({ operation: 'session.files' }).map(({ query }) => query['offset'])).toEqual([
    '0',
    '100',
    '200',
  ]);
});

test('no key is sent with a URL that Anchor signed, and no error shows that URL', async () => {
  const session = await ended('anchor.webTask', pdf);
  const [file] = await provider.files(session, call);
  await contentOf(session, file);
  const [fetched] = stage.sim.ledger.requests({ operation: 'file.content' });
  expect(fetched?.headers).not.toHaveProperty('anchor-api-key');
  stage.sim.fault({ kind: 'status', status: 403, on: 'file.content' });
  const error = await contentOf(session, file).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'forbidden', message: expect.stringContaining('(a signed URL)') });
  expect(JSON.stringify(error) + String(error)).not.toContain('signature');
});

test('a refusal by Browserbase says that the files are there for select customers only', async () => {
  const session = await ended('browserbase.agentRun', pdf);
  stage.sim.behave({ browserbase: { downloadsApi: false } });
  await expect(provider.files(session, call)).rejects.toMatchObject({
    code: 'forbidden',
    hint: expect.stringMatching(/select customers only.*Downloads API/),
  });
});

test.each([
  ['cut-body', 'provider-error'],
  ['reply-lost', 'provider-error'],
  ['5xx-after', 'provider-error'],
  ['429', 'rate-limited'],
  ['not-found', 'task-not-found'],
] as const)('content that meets %s fails with %s', async (kind, code) => {
  const session = await ended('browserbase.agentRun', pdf);
  const [file] = await provider.files(session, call);
  stage.sim.fault({ kind, on: 'file.content' });
  await expect(contentOf(session, file)).rejects.toMatchObject({ code });
  expect((await contentOf(session, file)).toString()).toBe('an invoice');
});

test.each(endpoints)('%s: content beyond the bound is given up', async (endpoint) => {
  const session = await ended(endpoint, { name: 'large', size: 3 * 1024 * 1024 });
  const [file] = await provider.files(session, call);
  await expect(contentOf(session, file)).rejects.toMatchObject({ code: 'response-too-large' });
});

test('what a taker of content throws comes out as it is, and the next file is fetched', async () => {
  const session = await ended('anchor.webTask', { name: 'large', size: 900_000 });
  const [file] = await provider.files(session, call);
  const full = new TypeError('the disk is full');
  const failing = provider.fetchFile(session, file ?? { id: '', name: '' }, fileCall, () => Promise.reject(full));
  await expect(failing).rejects.toBe(full);
  expect((await contentOf(session, file)).length).toBe(900_000);
});
