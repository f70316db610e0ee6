import { afterEach, expect, test } from 'vitest';
import type { EndpointName } from '../../src/core/endpoints.js';
import type { Json } from '../../src/core/json.js';
import { type Canned, cannedDriver } from './canned-server.js';

const call = { timeoutMs: 5000 };
const handle = { generation: 1, mark: 'm', runId: 'r', taskId: 't', sessionId: 's', ownsSession: true };
const closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function driverFor<E extends EndpointName>(endpoint: E, answers: Canned) {
  const { driver, close } = await cannedDriver(endpoint, answers);
  closers.push(close);
  return driver;
}

const webTask = (data: Json) => driverFor('anchor.webTask', { 'GET /v1/tools/perform-web-task/r/status': { data } });
const task = (body: Json) => driverFor('anchor.task', { 'GET /v2/tasks/runs/r/status': body });
const legacy = (data: Json) => driverFor('anchor.namedTask', { 'GET /v1/task/t/executions/r': { data } });
const session = (body: Json) => driverFor('anchor.webTask', { 'GET /v1/sessions/s': body });
const legacyStart = (data: Json) => driverFor('anchor.namedTask', { 'POST /v1/task/run/n': { data } });
const agentRun = (body: Json) => driverFor('anchor.sessionAgent', { 'POST /v1/sessions/s/agent/run': body });

test('a web task result that is wrapped once is the result', async () => {
  const driver = await webTask({ status: 'COMPLETED', result: { total: 12 } });
  expect(await driver.read(handle, call)).toMatchObject({ result: { total: 12 } });
});

test('a web task result that is wrapped twice is unwrapped, and kept as it was for a schema that wants it so', async () => {
  const driver = await webTask({ status: 'COMPLETED', result: { result: { total: 12 } } });
  expect(await driver.read(handle, call)).toMatchObject({
    result: { total: 12 },
    alternatives: [{ result: { total: 12 } }],
  });
});

test('a web task result that has more than a field result is not unwrapped', async () => {
  const result = { result: 1, total: 12 };
  const driver = await webTask({ status: 'COMPLETED', result });
  expect(await driver.read(handle, call)).toMatchObject({ result });
});

test('a web task result given as JSON text may be read as the object in it', async () => {
  const driver = await webTask({ status: 'COMPLETED', result: '{"total":12}' });
  expect(await driver.read(handle, call)).toMatchObject({ result: '{"total":12}', alternatives: [{ total: 12 }] });
});

test('a web task without a result has none, whatever its status says', async () => {
  const driver = await webTask({ status: 'completed', result: null });
  const { reading, result } = await driver.read(handle, call);
  expect({ state: reading.state, result }).toEqual({ state: 'completed', result: undefined });
});

test('a web task that was run at once ends with its start', async () => {
  const driver = await driverFor('anchor.webTask', {
    'POST /v1/tools/perform-web-task': { data: { result: { result: { total: 12 } } } },
  });
  const accepted = await driver.start({ input: { prompt: 'x' }, sessionId: 's' }, call);
  expect(accepted).toMatchObject({ ending: { reading: { state: 'completed' }, result: { total: 12 } } });
});

test('a web task start with neither an id nor a result leaves the start unknown', async () => {
  const driver = await driverFor('anchor.webTask', { 'POST /v1/tools/perform-web-task': { data: { status: 'x' } } });
  await expect(driver.start({ input: { prompt: 'x' } }, call)).rejects.toMatchObject({ code: 'provider-malformed' });
});

test.each([
  ['timeout', 'timed-out'],
  ['cancelled', 'stopped'],
  ['SUCCESS', 'completed'],
  ['healing', 'other'],
])('a v2 run with the status %s is %s', async (status, state) => {
  const driver = await task({ run_id: 'r', status, session_id: 's2', surprise: [1] });
  const reading = await driver.status({ ...handle, sessionId: undefined }, call);
  expect(reading).toMatchObject({ state, providerStatus: status, sessionId: 's2' });
});

test('a v2 run is read flat even where it has a field data, and from data where it has not', async () => {
  const run = { run_id: 'r', status: 'success', result: { total: 12 } };
  const flat = await task({ ...run, data: { artifacts: [] } });
  const wrapped = await task({ data: run });
  expect(await flat.read(handle, call)).toMatchObject({ result: { total: 12 } });
  expect(await wrapped.read(handle, call)).toMatchObject({ result: { total: 12 } });
});

test('an error that is an object is read by its message', async () => {
  const driver = await task({ run_id: 'r', status: 'failure', error: { type: 'x', message: 'no\nrow' } });
  expect(await driver.status(handle, call)).toMatchObject({ error: 'no row' });
});

test.each<[string, Json, Json]>([
  ['JSON of an object', '{"total":12}', { total: 12 }],
  ['JSON of a number', '12', 12],
  ['plain text', 'all done', 'all done'],
  ['an object that is no text', { total: 12 }, { total: 12 }],
])('a legacy output that is %s is read', async (_, output, result) => {
  const driver = await legacy({ id: 'r', status: 'success', output });
  expect(await driver.read(handle, call)).toMatchObject({ reading: { state: 'completed' }, result });
});

test('a legacy output that was parsed is kept as text too', async () => {
  const driver = await legacy({ id: 'r', status: 'success', output: '12' });
  expect(await driver.read(handle, call)).toMatchObject({ result: 12, alternatives: ['12'] });
});

test('a legacy start that is answered with success false is a failed run with its reason', async () => {
  const driver = await legacyStart({ success: false, async: true, message: 'no browser', taskId: 't' });
  const accepted = await driver.start({ input: { taskName: 'n' }, sessionId: 's' }, call);
  expect(accepted.ending).toMatchObject({ reading: { state: 'failed', error: 'no browser' } });
});

test('a legacy start that was run at once ends with its start', async () => {
  const driver = await legacyStart({ success: true, async: false, message: 'ok', taskId: 't', output: '{"a":1}' });
  const accepted = await driver.start({ input: { taskName: 'n' } }, call);
  expect(accepted.ending).toMatchObject({ reading: { state: 'completed' }, result: { a: 1 } });
});

test('a legacy start without an execution id is accepted without a run id', async () => {
  const driver = await legacyStart({ success: true, async: true, message: 'ok', taskId: 't' });
  const accepted = await driver.start({ input: { taskName: 'n' } }, call);
  expect(accepted).toEqual({ taskId: 't', providerStatus: 'queued', markEchoed: true });
});

test.each<[string, Json, number | undefined]>([
  ['a number', 7, 7],
  ['a list', [{}, {}], 2],
  ['a text', '7', 7],
  ['nothing', null, undefined],
])('session steps may be %s', async (_, steps, counted) => {
  const driver = await session({ data: { session_id: 's', status: 'running', steps } });
  expect(await driver.session('s', call)).toEqual({ live: true, providerStatus: 'running', usage: { steps: counted } });
});

test.each<[Json, number | undefined]>([
  [0.5, 0.5],
  ['0.5', 0.5],
  ['N/A', undefined],
  [null, undefined],
])('session credits may be %j', async (credits_used, credits) => {
  const driver = await session({ data: { session_id: 's', status: 'running', credits_used } });
  expect((await driver.session('s', call))?.usage.credits).toBe(credits);
});

test.each<[string, Json]>([
  ['a list', ['a', 'the-mark']],
  ['a dictionary by name', { a: true, 'the-mark': true }],
  ['a dictionary by number', { 0: 'a', 1: 'the-mark' }],
])('session tags may be %s', async (_, tags) => {
  const row = { id: 's', status: 'running', tags, used_credits: 'N/A', created_at: '2026-11-22T12:00:00Z' };
  const driver = await driverFor('anchor.webTask', { 'GET /v1/sessions': { data: { sessions: [row] } } });
  const query = { mark: 'the-mark', since: '2026-11-22T00:00:00Z' };
  expect(await driver.find(query, call)).toMatchObject([{ kind: 'session', id: 's', live: true }]);
  expect(await driver.find({ ...query, mark: 'the-mar' }, call)).toEqual([]);
});

test.each([
  ['completed', false],
  ['TIMED-OUT', false],
  ['hibernating', true],
])('a session with the status %s is live: %s', async (status, live) => {
  const driver = await session({ session_id: 's', status });
  expect(await driver.session('s', call)).toMatchObject({ live });
});

test.each<[string, Json, object]>([
  ['its three fields', { result: { a: 1 }, status: 'completed', data: { result: { a: 1 } } }, { result: { a: 1 } }],
  ['data alone', { data: { result: { a: 1 }, status: 'success' } }, { result: { a: 1 } }],
  ['data without a result', { status: 'completed', data: { a: 1 } }, { result: { a: 1 } }],
  ['nothing that is known', { a: 1 }, { result: { a: 1 } }],
  ['a text', 'done', { result: 'done' }],
  ['a word never seen', { status: 'ok-ish', result: 1 }, { reading: { state: 'completed' }, result: 1 }],
  ['a failure', { status: 'failed', error: 'lost' }, { reading: { state: 'failed', error: 'lost' } }],
  ['success false', { success: false, data: { error: 'lost' } }, { reading: { state: 'failed', error: 'lost' } }],
])('the answer of a session agent with %s is read', async (_, body, ending) => {
  const driver = await agentRun(body);
  const accepted = await driver.start({ input: { prompt: 'x' }, sessionId: 's' }, call);
  expect(accepted.ending).toMatchObject(ending);
});

test('a question of a kind never seen is asked as a text, and one without an id is left out', async () => {
  const requests = [{ message: 'no id' }, { requestId: 7, inputType: 'slider', message: 'How much?' }];
  const driver = await driverFor('anchor.webTask', {
    'GET /v1/sessions/s/agent/requested-human-intervention': { data: { status: 'pending', requests } },
  });
  expect(await driver.pendingQuestion(handle, call)).toMatchObject({ providerId: '7', form: { kind: 'text' } });
});

test('of several questions that wait at once the one that is named is found, wherever it stands in the list', async () => {
  const requests = [1, 2, 3].map((requestId) => ({ requestId, message: `question ${requestId}` }));
  const driver = await driverFor('anchor.webTask', {
    'GET /v1/sessions/s/agent/requested-human-intervention': { data: { status: 'pending', requests } },
  });
  expect(await driver.pendingQuestion(handle, call, '2')).toMatchObject({ message: 'question 2' });
  expect(await driver.pendingQuestion(handle, call)).toMatchObject({ message: 'question 1' });
});

test('an answer that is not what is documented is told by its place, without its value', async () => {
  const driver = await webTask({ status: 17 });
  const failure = driver.status(handle, call);
  await expect(failure).rejects.toMatchObject({
    code: 'provider-malformed',
    message: expect.stringContaining('status'),
  });
  await expect(failure).rejects.not.toMatchObject({ message: expect.stringContaining('17') });
});
