import { afterEach, expect, test } from 'vitest';
import { endpointNames, type EndpointName } from '../../src/core/endpoints.js';
import {
  createAnchorClient,
  createProvider,
  type SessionRequest,
  type StartRequest,
} from '../../src/providers/index.js';
import { accountAt, call, mark, openStage, type Stage } from './stage.js';

let stage: Stage;

afterEach(() => stage.close());

const callersSession = '11111111-2222-4333-8444-555555555555';

/** The request that a start sends, whatever is answered. */
async function sent<E extends EndpointName>(endpoint: E, request: StartRequest<E>) {
  stage = await openStage(endpoint);
  stage.sim.fault({ on: 'start', kind: 'status', status: 400 });
  await expect(stage.driver.start(request, call)).rejects.toMatchObject({ code: 'request-rejected' });
  const [entry] = stage.sim.ledger.requests({ operation: 'start' });
  return { path: entry?.path, query: entry?.query, body: entry?.body };
}

/** The body of the session that is opened for a run. */
async function opened<E extends EndpointName>(endpoint: E, request: SessionRequest<E>) {
  stage = await openStage(endpoint);
  await stage.driver.openSession?.(request, call);
  return stage.sim.ledger.requests({ operation: 'session.create' })[0]?.body;
}

test('anchor.webTask: every field is sent, asynchronously and in the session', async () => {
  const fields = { prompt: 'go', url: 'https://x.example', max_steps: 5, secret_values: { PW: 'pw' } };
  const input = { ...fields, session: { tags: ['mine'] }, extra: { new_field: 1 } };
  expect(await sent('anchor.webTask', { input, mark, sessionId: 's1' })).toEqual({
    path: '/v1/tools/perform-web-task',
    query: { sessionId: 's1' },
    body: { ...fields, async: true, new_field: 1 },
  });
});

test('anchor.webTask: with a session of Anchor no session is named', async () => {
  const { query, body } = await sent('anchor.webTask', { input: { prompt: 'go', session: 'provider' }, mark });
  expect({ query, body }).toEqual({ query: {}, body: { prompt: 'go', async: true } });
});

test('anchor.sessionAgent: the session is in the path alone', async () => {
  const input = { prompt: 'go', session_id: 's2', agent: 'yutori' as const, output_schema: { type: 'object' } };
  expect(await sent('anchor.sessionAgent', { input, mark })).toEqual({
    path: '/v1/sessions/s2/agent/run',
    query: {},
    body: { prompt: 'go', agent: 'yutori', output_schema: { type: 'object' } },
  });
});

test('anchor.sessionAgent: without a session nothing is sent', async () => {
  stage = await openStage('anchor.sessionAgent');
  await expect(stage.driver.start({ input: { prompt: 'go' }, mark }, call)).rejects.toMatchObject({
    code: 'bad-input',
  });
  expect(stage.sim.ledger.requests()).toEqual([]);
});

test.each([
  ['our session', { sessionId: 's1' }, {}, { session_id: 's1', cleanup_sessions: false }],
  [
    'the caller’s session',
    {},
    { session_id: 's2', cleanup_sessions: true },
    { session_id: 's2', cleanup_sessions: false },
  ],
  ['a session of Anchor', {}, { session: 'provider' as const, cleanup_sessions: true }, { cleanup_sessions: true }],
])('anchor.task: in %s the cleaning up is whose the session is', async (_, request, input, expected) => {
  const fields = { taskId: 'a/b', input_params: { m: '1' }, version: '3' };
  expect(await sent('anchor.task', { input: { ...fields, ...input }, mark, ...request })).toEqual({
    path: '/v2/tasks/a%2Fb/run',
    query: {},
    body: { input_params: { m: '1' }, version: '3', ...expected },
  });
});

const override = { tags: ['mine'], recording: { active: false } };

test.each([
  ['our session', { sessionId: callersSession }, {}, { sessionId: callersSession, cleanupSessions: false }],
  [
    'the caller’s session',
    {},
    { sessionId: callersSession },
    { sessionId: callersSession, cleanupSessions: false, overrideBrowserConfiguration: override },
  ],
  [
    'a session of Anchor',
    {},
    { session: 'provider' as const },
    { overrideBrowserConfiguration: { ...override, tags: ['mine', mark] } },
  ],
])('anchor.namedTask: in %s the configuration goes where it counts', async (_, request, input, expected) => {
  const fields = { taskName: 'n', inputs: { ANCHOR_A: '1' }, overrideBrowserConfiguration: override };
  expect(await sent('anchor.namedTask', { input: { ...fields, ...input }, mark, ...request })).toEqual({
    path: '/v1/task/run/n',
    query: {},
    body: { inputs: { ANCHOR_A: '1' }, async: true, ...expected },
  });
});

test('anchor.namedTask: the configuration of the execution is that of the session opened for it', async () => {
  const input = { taskName: 'n', session: { browser: { adblock: true } }, overrideBrowserConfiguration: override };
  expect(await opened('anchor.namedTask', { input, mark, lastsMs: 60_000 })).toEqual({
    session: { ...override, tags: ['mine', mark], timeout: { max_duration: 3, idle_timeout: 3 } },
    browser: { adblock: true },
  });
});

test.each([
  [undefined, { max_duration: 12, idle_timeout: 12 }],
  [{ max_duration: 5 }, { max_duration: 12, idle_timeout: 12 }],
  [
    { max_duration: 500, idle_timeout: 1 },
    { max_duration: 500, idle_timeout: 1 },
  ],
  [
    { max_duration: -1, idle_timeout: -1 },
    { max_duration: -1, idle_timeout: -1 },
  ],
])('a session with the time-outs %j lasts as long as its run at least', async (timeout, expected) => {
  const session = timeout ? { timeout } : {};
  const body = await opened('anchor.webTask', { input: { prompt: 'go', session }, mark, lastsMs: 9.5 * 60_000 });
  expect(body).toEqual({ session: { tags: [mark], timeout: expected } });
});

test('every field of a session is sent with it', async () => {
  const config = {
    initial_url: 'https://x.example',
    proxy: { type: 'custom' as const, server: 'http://p:1', username: 'u', password: 'pw', active: true },
    live_view: { read_only: true },
  };
  const rest = { browser: { profile: { name: 'p' } }, integrations: [], identities: [{ id: 'i' }] };
  const input = { taskId: 't', input_params: {}, session: { ...config, ...rest } };
  expect(await opened('anchor.task', { input, mark, lastsMs: 60_000 })).toEqual({
    session: { ...config, tags: [mark], timeout: { max_duration: 3, idle_timeout: 3 } },
    ...rest,
  });
});

test('a session of ours is not opened for a run that wants one of Anchor', async () => {
  stage = await openStage('anchor.webTask');
  const request = { input: { prompt: 'go', session: 'provider' as const }, mark, lastsMs: 60_000 };
  await expect(async () => stage.driver.openSession?.(request, call)).rejects.toMatchObject({ code: 'internal' });
});

const schema = { type: 'object' };

test.each([
  ['a last line of the task', {}, { task: `go\n[${mark}]` }],
  ['a comment in the schema', { resultSchema: schema }, { task: 'go', resultSchema: { ...schema, $comment: mark } }],
  [
    'a comment behind the caller’s',
    { resultSchema: { ...schema, $comment: 'mine' } },
    { task: 'go', resultSchema: { ...schema, $comment: `mine [${mark}]` } },
  ],
])('browserbase.agentRun: the mark is %s', async (_, input, expected) => {
  const variables = { pw: { value: 'secret', description: 'd' } };
  const fields = { variables, browserSettings: { proxies: true }, agentId: 'a' };
  const { body } = await sent('browserbase.agentRun', { input: { task: 'go', ...fields, ...input }, mark });
  expect(body).toEqual({ ...fields, ...expected });
});

test('browserbase.agentRun: without a mark nothing is added', async () => {
  const input = { task: 'go', mark: 'off' as const, resultSchema: schema, extra: { new_field: 1 } };
  const { body } = await sent('browserbase.agentRun', { input });
  expect(body).toEqual({ task: 'go', resultSchema: schema, new_field: 1 });
});

test('a secret that was not resolved is not sent', async () => {
  stage = await openStage('anchor.webTask');
  const secret_values = { PW: { $secret: 'PW' } } as unknown as Record<string, string>;
  const failure = stage.driver.start({ input: { prompt: 'go', secret_values }, mark }, call);
  await expect(failure).rejects.toMatchObject({
    code: 'bad-input',
    message: expect.stringContaining('secret_values.PW'),
  });
  expect(stage.sim.ledger.requests()).toEqual([]);
});

test('an account has the endpoints of its provider alone', async () => {
  stage = await openStage('anchor.webTask');
  const provider = createProvider(accountAt(stage.sim, 'anchor.webTask'));
  expect(endpointNames.filter((name) => name === provider.driver('anchor.webTask').endpoint)).toHaveLength(1);
  expect(() => provider.driver('browserbase.agentRun')).toThrow(expect.objectContaining({ code: 'bad-input' }));
  await provider.close();
});

test('what surrounds a run at Anchor can be read', async () => {
  stage = await openStage('anchor.webTask');
  const { sim } = stage;
  sim.on('anchor.webTask').asks({ message: 'Which month?', after: '1 s' });
  const client = createAnchorClient(accountAt(sim, 'anchor.webTask'));
  const { id } = await client.sessions.create({ session: { tags: ['one', 'two'] } }, call);
  await client.tools.performWebTask({ prompt: 'go', human_intervention: true, async: true }, id, call);
  await sim.clock.advance('2 s');
  expect(await client.agent.teamRequests(call)).toMatchObject([{ sessionId: id, tags: ['one', 'two'] }]);
  expect(await client.sessions.statuses({ tags: ['one'] }, call)).toMatchObject([{ id, live: true }]);
  await client.agent.pause(id, call);
  await client.agent.resume(id, call);
  expect(sim.ledger.effects({ sessionId: id }).map(({ effect }) => effect)).toEqual(
    expect.arrayContaining(['pause', 'resume']),
  );
  await client.sessions.end(id, call);
  expect(await client.sessions.recordings(id, call)).toMatchObject([
    { name: `${id}.mp4`, url: expect.stringContaining(id) },
  ]);
  expect(await client.sessions.downloads(id, call)).toEqual([]);
  await client.close();
});
