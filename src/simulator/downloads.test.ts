import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Bench, openBench } from './test-caller.js';

let bench: Bench;
beforeEach(async () => {
  bench = await openBench();
});
afterEach(() => bench.sim.close());

const files = [
  { name: 'a.pdf', content: 'an invoice', mimeType: 'application/pdf' },
  { name: 'b.csv', size: 2000, listedAfterMs: 60_000 },
];
const browserbaseKey = () => ({ 'x-bb-api-key': bench.sim.keys.browserbase[0] ?? '' });

async function anchorLink(): Promise<string> {
  bench.sim.on('anchor.webTask').downloads(...files);
  const session = await bench.session();
  await bench.start('webTask', {}, session);
  await bench.sim.clock.advance('3 s');
  const { body } = await bench.ask('GET', `/anchor/v1/sessions/${session}/downloads`);
  const [{ id = '' } = {}] = (body['data'] as { items: { id: string }[] }).items;
  const link = await bench.ask('GET', `/anchor/v1/sessions/${session}/downloads/${id}/fetch`);
  return (link.body['data'] as { SignedUrl: string }).SignedUrl;
}

async function browserbaseSession(): Promise<string> {
  bench.sim.on('browserbase.agentRun').downloads(...files);
  await bench.start('agentRun');
  await bench.sim.clock.advance('5 s');
  return bench.sim.ledger.runs[0]?.sessionId ?? '';
}

test('a signed URL gives the file to whoever has it, for a quarter of an hour, and not to one who shows a key', async () => {
  const url = await anchorLink();
  const answer = await fetch(url);
  expect([answer.status, await answer.text()]).toEqual([200, 'an invoice']);
  expect(answer.headers.get('content-type')).toBe('application/pdf');
  const key = { 'anchor-api-key': bench.sim.keys.anchor[0] ?? '' };
  expect((await fetch(url, { headers: key })).status).toBe(400);
  expect((await fetch(url.replace(/signature=\w/, 'signature=x'))).status).toBe(403);
  await bench.sim.clock.advance('16 min');
  expect((await fetch(url)).status).toBe(403);
});

test('at Browserbase files are listed by page and by what they are, late ones later', async () => {
  const session = await browserbaseSession();
  const list = async (query: string) => {
    const { body } = await bench.ask('GET', `/browserbase/v1/downloads?sessionId=${session}${query}`);
    return [(body['downloads'] as { filename: string }[]).map(({ filename }) => filename), body['total']];
  };
  expect(await list('')).toEqual([['a.pdf'], 1]);
  await bench.sim.clock.advance('1 min');
  expect(await list('')).toEqual([['a.pdf', 'b.csv'], 2]);
  expect(await list('&limit=1&offset=1')).toEqual([['b.csv'], 2]);
  expect(await list('&mimeType=application/pdf')).toEqual([['a.pdf'], 1]);
  expect(await list('&minSize=1000')).toEqual([['b.csv'], 1]);
  expect((await bench.ask('GET', '/browserbase/v1/downloads')).status).toBe(400);
  expect((await bench.ask('GET', `/browserbase/v1/downloads?sessionId=${session}&limit=101`)).status).toBe(400);
});

test('at Browserbase the header Accept decides between a file and what is known of it', async () => {
  const session = await browserbaseSession();
  const { body } = await bench.ask('GET', `/browserbase/v1/downloads?sessionId=${session}`);
  const [{ id = '' } = {}] = body['downloads'] as { id: string }[];
  const address = `${bench.sim.url}/browserbase/v1/downloads/${id}`;
  const get = (accept: string) => fetch(address, { headers: { ...browserbaseKey(), accept } });
  expect(await (await get('application/octet-stream')).text()).toBe('an invoice');
  expect(await (await get('application/json')).json()).toMatchObject({
    id,
    sessionId: session,
    filename: 'a.pdf',
    size: 10,
  });
  expect((await fetch(address, { headers: { accept: 'application/octet-stream' } })).status).toBe(401);
  expect((await bench.ask('GET', '/browserbase/v1/downloads/none')).status).toBe(404);
});

test.each([
  ['half-json', 5],
  ['huge', 10 + 3 * 1024 * 1024],
  ['empty', 0],
] as const)('the fault %s spoils a file as it does an answer', async (kind, bytes) => {
  const url = await anchorLink();
  bench.sim.fault({ kind, on: 'file.content' });
  expect((await (await fetch(url)).arrayBuffer()).byteLength).toBe(bytes);
});
