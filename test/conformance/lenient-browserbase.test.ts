import { afterEach, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../src/core/json.js';
import { type Canned, cannedDriver } from './canned-server.js';

const call = { timeoutMs: 5000 };
const handle = { generation: 1, mark: 'm', runId: 'r', sessionId: 's', ownsSession: false };
const run = { runId: 'r', status: 'RUNNING', task: 'x', createdAt: '2026-11-22T12:00:00Z', updatedAt: 'x' };
const closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function driverFor(answers: Canned) {
  const { driver, close } = await cannedDriver('browserbase.agentRun', answers);
  closers.push(close);
  return driver;
}

const reading = (body: JsonObject) => driverFor({ 'GET /v1/agents/runs/r': { ...run, ...body } });
const paused = (...messages: Json[]) =>
  driverFor({
    'GET /v1/agents/runs/r': { ...run, status: 'PAUSED' },
    'GET /v1/agents/runs/r/messages': { data: messages, nextSince: null },
  });
const pause = (input: Json) => ({
  id: 'm1',
  createdAt: 'x',
  message: { role: 'assistant', content: [{ type: 'tool-call', toolName: 'pause', toolCallId: 'c1', input }] },
});

test.each([
  ['PENDING', 'running'],
  ['running', 'running'],
  ['STOPPED', 'stopped'],
  ['TIMED_OUT', 'timed-out'],
  ['REHEARSING', 'other'],
])('the status %s is %s', async (status, state) => {
  const driver = await reading({ status });
  expect(await driver.status(handle, call)).toMatchObject({ state, providerStatus: status });
});

test.each<[Json, string | undefined]>([
  [{ code: 'RUNNER_HEARTBEAT_LOST', message: 'gone' }, 'RUNNER_HEARTBEAT_LOST: gone'],
  [{ code: 'RUNNER_HEARTBEAT_LOST' }, 'RUNNER_HEARTBEAT_LOST'],
  [{ surprise: true }, undefined],
  [null, undefined],
])('the cause %j is read', async (cause, error) => {
  const driver = await reading({ status: 'FAILED', cause });
  expect((await driver.status(handle, call)).error).toBe(error);
});

test.each<[string, Json]>([
  ['an object', { total: 12 }],
  ['a text', 'all done'],
  ['a list', [1]],
])('a result may be %s', async (_, result) => {
  const driver = await reading({ status: 'COMPLETED', result });
  expect(await driver.read(handle, call)).toMatchObject({ result });
});

test('a field that is null is a field that is missing', async () => {
  const driver = await reading({ status: 'COMPLETED', result: null, sessionId: null, cause: null, agentId: null });
  const { result, sessionId } = await driver.read(handle, call);
  expect({ result, sessionId }).toEqual({ result: undefined, sessionId: undefined });
});

test('a pause that says nothing is asked all the same', async () => {
  const driver = await paused(pause({}));
  const { question } = await driver.status(handle, call);
  expect(question).toMatchObject({ providerId: 'c1', message: 'The agent paused without saying why.' });
});

test('a paused run whose last message is no pause waits without a question', async () => {
  const driver = await paused(pause({ message: 'old' }), {
    id: 'm2',
    createdAt: 'x',
    message: { role: 'user', content: 'go on' },
  });
  expect(await driver.status(handle, call)).toMatchObject({ state: 'waiting', question: undefined });
});

test('messages of every form become text', async () => {
  const parts = [
    { type: 'reasoning', text: 'hm' },
    { type: 'tool-call', toolName: 'click', toolCallId: 'c', input: { at: 1 } },
    { type: 'tool-result', toolName: 'click', toolCallId: 'c', output: 'ok' },
    { type: 'file', mediaType: 'image/png', data: 'AAAA' },
    { type: 'hologram' },
  ];
  const driver = await driverFor({
    'GET /v1/agents/runs/r/messages': {
      data: [
        { id: 'm1', createdAt: 't1', message: { role: 'assistant', content: 'hello' } },
        { id: 'm2', createdAt: 't2', message: { role: 'tool', content: parts } },
        { id: 'm3', createdAt: 't3' },
      ],
      nextSince: 'm3',
    },
  });
  expect(await driver.messages(handle, undefined, call)).toEqual({
    messages: [
      { id: 'm1', at: 't1', role: 'assistant', text: 'hello' },
      { id: 'm2', at: 't2', role: 'tool', text: 'hm\n→ click {"at":1}\n← click ok\n(file)\n(hologram)' },
      { id: 'm3', at: 't3', role: 'unknown', text: '' },
    ],
    cursor: 'm3',
  });
});

test('without messages the old cursor stays', async () => {
  const driver = await driverFor({ 'GET /v1/agents/runs/r/messages': { data: [], nextSince: null } });
  expect(await driver.messages(handle, 'm7', call)).toEqual({ messages: [], cursor: 'm7' });
});

test('a reply that does not give the mark back says so', async () => {
  const driver = await driverFor({ 'POST /v1/agents/runs': run });
  expect(await driver.start({ input: { task: 'x' }, mark: 'the-mark' }, call)).toMatchObject({ markEchoed: false });
  expect(await driver.start({ input: { task: 'x', mark: 'off' } }, call)).toMatchObject({ markEchoed: true });
});

test('a list that gives the same cursor for ever is left', async () => {
  const driver = await driverFor({ 'GET /v1/agents/runs': { data: [run], nextCursor: 'again' } });
  expect(await driver.find({ mark: 'the-mark', since: '2026-11-22T00:00:00Z' }, call)).toEqual([]);
});

test('a session tells how long it lasted', async () => {
  const times = { startedAt: '2026-11-22T12:00:00Z', endedAt: '2026-11-22T12:01:30Z' };
  const driver = await driverFor({ 'GET /v1/sessions/s': { id: 's', status: 'COMPLETED', ...times } });
  expect(await driver.session('s', call)).toMatchObject({ live: false, usage: { seconds: 90 } });
});
