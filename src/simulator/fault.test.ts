import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Fault, type Occasion, randomFaults, SimulatorError } from './index.js';
import { type Bench, openBench } from './test-caller.js';

let bench: Bench;

beforeEach(async () => {
  bench = await openBench();
});

afterEach(() => bench.sim.close());

const runs = '/browserbase/v1/agents/runs';
const startRun = () => bench.ask('POST', runs, { task: 'look' });
const starts = () => bench.sim.ledger.effects('browserbase.agentRun').length;

async function raw(): Promise<Response> {
  const headers = { 'x-bb-api-key': 'browserbase-simulator-key' };
  return fetch(bench.sim.url + runs, { method: 'POST', headers, body: JSON.stringify({ task: 'look' }) });
}

test.each([
  ['reset-before', 0],
  ['reply-lost', 1],
] as const)('%s breaks the connection with %i effects', async (kind, effects) => {
  bench.sim.fault({ kind, on: 'start' });
  await expect(startRun()).rejects.toThrow();
  expect(starts()).toBe(effects);
  expect(bench.sim.ledger.requests({ operation: 'start' })).toMatchObject([{ status: 'lost', fault: kind }]);
  expect((await startRun()).status).toBe(201);
});

test('a script can lose the reply to its start', async () => {
  bench.sim.on('browserbase.agentRun', { text: /look/ }).losesReplyToStart();
  await expect(startRun()).rejects.toThrow();
  expect(bench.sim.ledger.open).toMatchObject([{ kind: 'run', provider: 'browserbase' }]);
});

test('a blocking start that loses its reply loses it at once, and the run goes on', async () => {
  const session = await bench.session();
  bench.sim.on('anchor.sessionAgent').losesReplyToStart();
  const path = `/anchor/v1/sessions/${session}/agent/run`;
  await expect(bench.ask('POST', path, { prompt: 'look' })).rejects.toThrow();
  expect(bench.sim.ledger.runs).toMatchObject([{ endpoint: 'anchor.sessionAgent', state: 'working' }]);
});

test.each([
  ['5xx-before', 500, 0],
  ['5xx-after', 500, 1],
  ['not-found', 404, 0],
  ['429', 429, 0],
] as const)('%s answers %i with %i effects', async (kind, status, effects) => {
  bench.sim.fault({ kind, on: 'start' });
  expect(await startRun()).toMatchObject({ status, body: { statusCode: status } });
  expect(starts()).toBe(effects);
});

test.each([
  [7, '7'],
  [new Date('2026-01-01T00:01:00Z'), 'Thu, 01 Jan 2026 00:01:00 GMT'],
  ['absurd', '315360000'],
  ['soon', 'soon'],
])('Retry-After of a 429 may be %s', async (retryAfter, header) => {
  bench.sim.fault({ kind: '429', retryAfter });
  expect((await startRun()).headers.get('retry-after')).toBe(header);
});

test('an answer may be HTML, half a JSON, empty, of another shape or huge, and the effect is there', async () => {
  bench.sim.fault({ kind: 'html' });
  bench.sim.fault({ kind: 'half-json' });
  bench.sim.fault({ kind: 'empty' });
  bench.sim.fault({ kind: 'wrong-shape' });
  bench.sim.fault({ kind: 'huge' });
  expect((await raw()).headers.get('content-type')).toContain('text/html');
  const half = await (await raw()).text();
  expect(() => JSON.parse(half)).toThrow(SyntaxError);
  expect(await (await raw()).text()).toBe('');
  expect(await (await raw()).json()).toEqual({ unexpected: true });
  expect((await (await raw()).text()).length).toBeGreaterThan(3_000_000);
  expect(starts()).toBe(5);
});

test('a body may be cut off in the middle', async () => {
  bench.sim.fault({ kind: 'cut-body' });
  const response = await raw();
  expect(response.status).toBe(201);
  await expect(response.text()).rejects.toThrow();
});

test('a late effect comes after its caller has given up', async () => {
  bench.sim.fault({ kind: 'effect-late', delayMs: 5000 });
  await expect(startRun()).rejects.toThrow();
  expect(starts()).toBe(0);
  await bench.sim.clock.advance('5 s');
  expect(starts()).toBe(1);
});

test.each(['hang-before', 'hang-after'] as const)('%s never answers', async (kind) => {
  bench.sim.fault({ kind });
  const reached = bench.sim.next({ phase: kind === 'hang-before' ? 'received' : 'effected' });
  const abort = new AbortController();
  const answer = fetch(bench.sim.url + runs, {
    method: 'POST',
    headers: { 'x-bb-api-key': 'browserbase-simulator-key' },
    body: JSON.stringify({ task: 'look' }),
    signal: abort.signal,
  });
  const replied = bench.sim.next({ phase: 'replied' });
  await reached;
  abort.abort();
  await expect(answer).rejects.toThrow();
  await replied;
  expect(starts()).toBe(kind === 'hang-before' ? 0 : 1);
});

test('a fault hits so many requests after so many others, or for so long', async () => {
  bench.sim.fault({ kind: '5xx-before', on: 'start', after: 1, times: 2 });
  const statuses = [];
  for (let index = 0; index < 4; index += 1) statuses.push((await startRun()).status);
  expect(statuses).toEqual([201, 500, 500, 201]);
  bench.sim.fault({ kind: 'not-found', on: 'list', forMs: 10_000 });
  expect((await bench.ask('GET', runs)).status).toBe(404);
  await bench.sim.clock.advance('10 s');
  expect((await bench.ask('GET', runs)).status).toBe(404);
  await bench.sim.clock.advance('1 ms');
  expect((await bench.ask('GET', runs)).status).toBe(200);
});

test('a fault finds the requests of a run by its text', async () => {
  const id = await bench.start('agentRun', { task: 'pay invoice 7' });
  const other = await bench.start('agentRun', { task: 'look' });
  bench.sim.fault({ kind: '5xx-before', text: 'invoice', times: 'always' });
  expect((await bench.ask('GET', `${runs}/${id}`)).status).toBe(500);
  expect((await bench.ask('GET', `${runs}/${other}`)).status).toBe(200);
});

test('a fault finds the requests about a session by its tags', async () => {
  const mine = await bench.session({ session: { tags: ['run-7'] } });
  const other = await bench.session();
  bench.sim.fault({ kind: 'status', status: 503, on: 'session.get', text: 'run-7', times: 'always' });
  expect((await bench.ask('GET', `/anchor/v1/sessions/${mine}`)).status).toBe(503);
  expect((await bench.ask('GET', `/anchor/v1/sessions/${other}`)).status).toBe(200);
});

test.each([
  { kind: 'odd' },
  { kind: 'slow', on: 'odd' },
  { kind: 'slow', endpoint: 'odd' },
  { kind: 'slow', odd: 1 },
  { kind: 'status' },
])('the fault %j is refused', (fault) => {
  expect(() => bench.sim.fault(fault as unknown as Fault)).toThrow(SimulatorError);
});

test('random faults repeat with their seed, whatever the order in which runs come', () => {
  const occasions = Array.from({ length: 200 }, (_, index): Occasion => {
    return { operation: 'status', provider: 'anchor', endpoint: 'anchor.task', text: `run ${index % 20}` };
  });
  const chosen = (seed: number, order: readonly Occasion[]) => {
    const source = randomFaults(seed, { rate: 0.3 });
    return order.map((occasion) => `${occasion.text} ${source.choose(occasion)?.kind ?? 'none'}`).sort();
  };
  expect(chosen(1, occasions)).toEqual(chosen(1, occasions.toReversed()));
  expect(chosen(1, occasions)).not.toEqual(chosen(2, occasions));
  const hits = chosen(1, occasions).filter((line) => !line.endsWith('none')).length;
  expect(hits).toBeGreaterThan(30);
  expect(hits).toBeLessThan(90);
});
