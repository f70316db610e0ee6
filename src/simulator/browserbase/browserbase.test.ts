import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Bench, type Fields, openBench } from '../test-caller.js';

let bench: Bench;

beforeEach(async () => {
  bench = await openBench();
});

afterEach(() => bench.sim.close());

const runs = '/browserbase/v1/agents/runs';
const run = async (id: string): Promise<Fields> => (await bench.ask('GET', `${runs}/${id}`)).body;

test('a run is created pending, runs in a session of its own and completes with a result', async () => {
  const resultSchema = { type: 'object', properties: { ok: { type: 'boolean' } }, $comment: 'mark' };
  const created = await bench.ask('POST', runs, { task: 'look', resultSchema });
  expect(created).toMatchObject({ status: 201, body: { status: 'PENDING', task: 'look', resultSchema } });
  expect(created.body).not.toHaveProperty('sessionId');
  const id = String(created.body['runId']);
  await bench.sim.clock.advance('1 s');
  expect(await run(id)).toMatchObject({
    status: 'RUNNING',
    sessionId: expect.any(String),
    startedAt: expect.any(String),
  });
  await bench.sim.clock.advance('2 s');
  expect(await run(id)).toMatchObject({
    status: 'COMPLETED',
    result: { ok: true },
    endedAt: '2026-01-01T00:00:03.000Z',
  });
  expect(bench.sim.ledger.open).toEqual([]);
});

test('a failed run has a cause with a code', async () => {
  bench.sim.on('browserbase.agentRun').fails('The runner died', { code: 'RUNNER_HEARTBEAT_LOST' });
  const id = await bench.start('agentRun');
  await bench.sim.clock.advance('3 s');
  const cause = { code: 'RUNNER_HEARTBEAT_LOST', message: 'The runner died' };
  expect(await run(id)).toMatchObject({ status: 'FAILED', cause });
});

test('a stop is accepted with 202, takes a while, and is a conflict once the run has finished', async () => {
  const id = await bench.start('agentRun');
  await bench.sim.clock.advance('1 s');
  expect(await bench.ask('POST', `${runs}/${id}/stop`)).toMatchObject({ status: 202, body: { status: 'RUNNING' } });
  await bench.sim.clock.advance('500 ms');
  expect(await run(id)).toMatchObject({ status: 'STOPPED' });
  expect(await bench.ask('POST', `${runs}/${id}/stop`)).toMatchObject({ status: 409, body: { statusCode: 409 } });
});

test('a run that may pause asks by its last message and goes on when it is resumed', async () => {
  bench.sim
    .on('browserbase.agentRun')
    .asks({ message: 'Which code?' })
    .returns(({ answers }) => ({ code: String(answers[0]) }));
  const id = await bench.start('agentRun', { pauseWhen: 'a code is needed' });
  expect((await bench.ask('POST', `${runs}/${id}/resume`, { task: '123' })).status).toBe(409);
  await bench.sim.clock.advance('1 hour');
  expect(await run(id)).toMatchObject({ status: 'PAUSED' });
  const messages = (await bench.ask('GET', `${runs}/${id}/messages?all=true`)).body['data'] as Fields[];
  const content = [{ type: 'tool-call', toolName: 'pause', input: { message: 'Which code?' } }];
  expect(messages.at(-1)).toMatchObject({ message: { role: 'assistant', content } });
  const resumed = await bench.ask('POST', `${runs}/${id}/resume`, { task: '123' });
  expect(resumed).toMatchObject({ status: 202, body: { status: 'RUNNING' } });
  expect((await bench.ask('POST', `${runs}/${id}/resume`, { task: '123' })).status).toBe(409);
  await bench.sim.clock.advance('2 s');
  expect(await run(id)).toMatchObject({ status: 'COMPLETED', result: { code: '123' } });
  expect(bench.sim.ledger.answers).toMatchObject([{ runId: id, answer: '123' }]);
});

test('a run that was started without pauseWhen never pauses, and the ledger notes it', async () => {
  bench.sim.on('browserbase.agentRun').asks({ message: 'Which code?' });
  const id = await bench.start('agentRun');
  await bench.sim.clock.advance('3 s');
  expect(await run(id)).toMatchObject({ status: 'COMPLETED' });
  expect(bench.sim.ledger.notes).toHaveLength(1);
});

test('the list is filtered by inclusive creation times, status and agent, newest first', async () => {
  const first = await bench.start('agentRun', { agentId: 'a' });
  await bench.sim.clock.advance('1 s');
  const second = await bench.start('agentRun', { agentId: 'b' });
  const ids = async (query: string) => {
    const { body } = await bench.ask('GET', `${runs}?${query}`);
    return (body['data'] as Fields[]).map((each) => each['runId']);
  };
  expect(await ids('')).toEqual([second, first]);
  expect(await ids('startAt=2026-01-01T00:00:01Z')).toEqual([second]);
  expect(await ids('endAt=2026-01-01T00:00:00.000Z')).toEqual([first]);
  expect(await ids('agentId=b')).toEqual([second]);
  expect(await ids('status=PENDING')).toEqual([second]);
  expect((await bench.ask('GET', `${runs}?limit=0`)).status).toBe(400);
  expect((await bench.ask('GET', `${runs}?status=odd`)).status).toBe(400);
});

test('pages follow each other by cursor although new runs come in between', async () => {
  const ids = [await bench.start('agentRun'), await bench.start('agentRun'), await bench.start('agentRun')];
  const page = await bench.ask('GET', `${runs}?limit=2`);
  expect(page.body).toMatchObject({ limit: 2, data: [{ runId: ids[2] }, { runId: ids[1] }] });
  await bench.start('agentRun');
  const last = await bench.ask('GET', `${runs}?limit=2&cursor=${String(page.body['nextCursor'])}`);
  expect(last.body).toMatchObject({ data: [{ runId: ids[0] }], nextCursor: null });
});

test('messages come oldest first and go on from the last one seen', async () => {
  const id = await bench.start('agentRun');
  const empty = { data: [], nextSince: null };
  expect((await bench.ask('GET', `${runs}/${id}/messages`)).body).toEqual(empty);
  await bench.sim.clock.advance('1 s');
  const { body } = await bench.ask('GET', `${runs}/${id}/messages`);
  expect(body['data']).toHaveLength(1);
  const since = String(body['nextSince']);
  expect((await bench.ask('GET', `${runs}/${id}/messages?since=${since}`)).body).toEqual({
    data: [],
    nextSince: since,
  });
  await bench.sim.clock.advance('2 s');
  expect((await bench.ask('GET', `${runs}/${id}/messages?since=${since}`)).body['data']).toHaveLength(1);
});

test('a session is shown while it runs and can be released, which fails the run in it', async () => {
  const id = await bench.start('agentRun');
  await bench.sim.clock.advance('1 s');
  const session = `/browserbase/v1/sessions/${String((await run(id))['sessionId'])}`;
  const view = await bench.ask('GET', `${session}/debug`);
  expect((await fetch(String(view.body['debuggerUrl']))).status).toBe(200);
  expect((await bench.ask('POST', session, { status: 'RELEASE' })).status).toBe(400);
  expect((await bench.ask('POST', session, { status: 'REQUEST_RELEASE' })).body).toMatchObject({ status: 'COMPLETED' });
  expect(await run(id)).toMatchObject({ status: 'FAILED' });
  expect((await bench.ask('GET', `${session}/debug`)).status).toBe(410);
});

test.each([
  ['works', {}],
  ['waits for a person', { pauseWhen: 'a code is needed' }],
])('a run that %s for six hours is ended as timed out, with its session', async (_what, fields) => {
  bench.sim.on('browserbase.agentRun').neverEnds().asks({ message: 'Which code?', after: '1 min' });
  const id = await bench.start('agentRun', fields);
  await bench.sim.clock.advance('6 hours');
  expect(await run(id)).toMatchObject({ status: 'pauseWhen' in fields ? 'PAUSED' : 'RUNNING' });
  await bench.sim.clock.advance('1 s');
  const { status, endedAt, sessionId } = await run(id);
  expect({ status, endedAt }).toEqual({ status: 'TIMED_OUT', endedAt: '2026-01-01T06:00:00.500Z' });
  const session = await bench.ask('GET', `/browserbase/v1/sessions/${String(sessionId)}`);
  expect(session.body).toMatchObject({ status: 'TIMED_OUT', expiresAt: '2026-01-01T06:00:00.500Z' });
  expect(bench.sim.ledger.open).toEqual([]);
});

test.each([
  ['no task', {}, 'body.task is required'],
  ['an empty task', { task: '' }, 'body.task must have at least 1 characters'],
  ['an unknown field', { task: 'x', retries: 1 }, 'body.retries is not allowed'],
  [
    'an unknown browser setting',
    { task: 'x', browserSettings: { size: 1 } },
    'body.browserSettings.size is not allowed',
  ],
  [
    'a context without an id',
    { task: 'x', browserSettings: { context: {} } },
    'body.browserSettings.context.id is required',
  ],
  ['a variable without a value', { task: 'x', variables: { a: {} } }, 'body.variables.a.value is required'],
])('a start is refused for %s', async (_what, body, message) => {
  expect(await bench.ask('POST', runs, body)).toMatchObject({ status: 400, body: { statusCode: 400, message } });
});

test('the newer fields are taken, unless the simulator is told to know the published document only', async () => {
  const body = { task: 'x', pauseWhen: 'never', browserSettings: { proxies: [{ type: 'browserbase' }] } };
  expect((await bench.ask('POST', runs, body)).status).toBe(201);
  bench.sim.behave({ browserbase: { newFields: false } });
  expect((await bench.ask('POST', runs, body)).status).toBe(400);
});
