import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Bench, dataOf, type Fields, openBench } from '../test-caller.js';

let bench: Bench;

beforeEach(async () => {
  bench = await openBench();
});

afterEach(() => bench.sim.close());

const get = async (id: string): Promise<Fields> => dataOf(await bench.ask('GET', `/anchor/v1/sessions/${id}`));
const list = async (query: string) =>
  dataOf(await bench.ask('GET', `/anchor/v1/sessions?${query}`)) as { sessions: Fields[]; total: number };

test('a session is made with its live view, which no later answer shows', async () => {
  const made = await bench.ask('POST', '/anchor/v1/sessions', { session: { tags: ['run-1'] } });
  const id = String(dataOf(made)['id']);
  expect(dataOf(made)).toEqual({ id, cdp_url: expect.any(String), live_view_url: expect.any(String) });
  expect(await get(id)).toMatchObject({ session_id: id, status: 'running', tags: ['run-1'], steps: 0 });
  expect(JSON.stringify(await get(id))).not.toContain('live');
});

test('a live view for one time opens once', async () => {
  const made = await bench.ask('POST', '/anchor/v1/sessions', { session: { live_view: { one_time_url: true } } });
  const view = String(dataOf(made)['live_view_url']);
  expect([(await fetch(view)).status, (await fetch(view)).status]).toEqual([200, 410]);
});

test('an ended session shows that it has ended and ends but once', async () => {
  const id = await bench.session();
  expect(await bench.ask('DELETE', `/anchor/v1/sessions/${id}`)).toMatchObject({ status: 200 });
  expect(await bench.ask('DELETE', `/anchor/v1/sessions/${id}`)).toMatchObject({ status: 200 });
  expect(await get(id)).toMatchObject({ status: 'completed' });
  expect(bench.sim.ledger.effects({ effect: 'session.end' })).toHaveLength(1);
});

test('an idle session without a run in it dies after its idle time', async () => {
  const id = await bench.session();
  await bench.sim.clock.advance('4 min');
  expect(await get(id)).toMatchObject({ status: 'running' });
  await bench.sim.clock.advance('1 min');
  expect(await get(id)).toMatchObject({ status: 'completed', duration: 300 });
  expect(bench.sim.ledger.sessions[0]).toMatchObject({ endedBy: 'idle' });
});

test('a working agent keeps its session from idling, and the idle time counts from its end', async () => {
  const session = await bench.session();
  bench.sim.on('anchor.webTask').lasts('10 min');
  await bench.start('webTask', {}, session);
  await bench.sim.clock.advance('14 min');
  expect(await get(session)).toMatchObject({ status: 'running' });
  await bench.sim.clock.advance('1 min');
  expect(await get(session)).toMatchObject({ status: 'completed', duration: 900 });
});

test('the longest duration ends a session and fails the run in it, at that very time', async () => {
  const session = await bench.session({ session: { timeout: { max_duration: 30, idle_timeout: -1 } } });
  bench.sim.on('anchor.webTask').lasts('40 min');
  const id = await bench.start('webTask', {}, session);
  await bench.sim.clock.advance('2 hours');
  const status = await bench.ask('GET', `/anchor/v1/tools/perform-web-task/${id}/status`);
  expect(dataOf(status)).toEqual({ status: 'FAILED', error: 'The browser session has ended' });
  expect(bench.sim.ledger.runs[0]).toMatchObject({ endedAt: Date.UTC(2026, 0, 1, 0, 30) });
});

test.each([
  ['run-goes-on', 'COMPLETED'],
  ['run-stuck', 'RUNNING'],
  ['cancels-run', 'FAILED'],
] as const)('with %s, a run whose session was ended is %s in the end', async (sessionEnd, status) => {
  bench.sim.behave({ anchor: { sessionEnd } });
  const session = await bench.session();
  const id = await bench.start('webTask', {}, session);
  await bench.ask('DELETE', `/anchor/v1/sessions/${session}`);
  await bench.sim.clock.advance('1 min');
  expect(dataOf(await bench.ask('GET', `/anchor/v1/tools/perform-web-task/${id}/status`))).toMatchObject({ status });
});

test('steps and credits of a session grow with the work in it', async () => {
  const session = await bench.session();
  bench.sim.on('anchor.webTask').lasts('10 s').uses({ steps: 20, credits: 1, tokens: 4000 });
  await bench.start('webTask', {}, session);
  expect(await get(session)).toMatchObject({ steps: 0, credits_used: 0, tokens: 0 });
  await bench.sim.clock.advance('5 s');
  expect(await get(session)).toMatchObject({ steps: 10, credits_used: 0.5, tokens: 2000 });
  bench.sim.behave({ anchor: { steps: 'list', tags: 'dictionary', usedCredits: 'text' } });
  expect((await get(session))['steps']).toHaveLength(10);
  expect((await get(session))['tags']).toEqual({});
  expect((await list('')).sessions[0]).toMatchObject({ used_credits: '0.5', steps: 10, task_executions_count: 1 });
});

test('sessions are listed by tags that all must match, oldest first, page by page', async () => {
  for (let index = 0; index < 12; index += 1) {
    await bench.session({ session: { tags: ['all', index % 2 ? 'odd' : 'even', `n-${index}`] } });
    await bench.sim.clock.advance('1 s');
  }
  expect(await list('tags=all,odd')).toMatchObject({ total: 6, total_pages: 1, page: 1 });
  const second = await list('page=2');
  expect(second.sessions.map(({ tags }) => (tags as string[])[2])).toEqual(['n-10', 'n-11']);
  expect((await list('sort_order=desc')).sessions[0]).toMatchObject({ tags: ['all', 'odd', 'n-11'] });
  expect((await list('created_from=2026-01-01T00:00:11Z')).total).toBe(1);
  expect((await list('search=N-1')).total).toBe(3);
  expect((await list('status=completed')).total).toBe(0);
  expect((await bench.ask('GET', '/anchor/v1/sessions?limit=15')).status).toBe(400);
  const light = dataOf(await bench.ask('GET', '/anchor/v1/sessions/all/status?tags=n-3'));
  expect(light).toMatchObject({ count: 1, items: [{ session_id: expect.any(String), status: 'running' }] });
});

test.each([
  ['domains=shop.example.com', ['plain', 'working']],
  ['domains=shop.example.com,other.example.com', ['plain', 'working', 'task']],
  ['proxy=true', ['proxied']],
  ['proxy=false&task_initiated=false', ['plain', 'stealthy', 'working']],
  ['extra_stealth=true', ['stealthy']],
  ['profile_name=ann', ['stealthy']],
  ['profile_name=an', []],
  ['playground=true', []],
  ['playground=false&task_initiated=true', ['task']],
  ['batch_id=b-1', []],
])('the list is filtered by what sessions were made with: %s', async (query, expected) => {
  const url = 'https://shop.example.com/lamps';
  await bench.session({ session: { tags: ['plain'], initial_url: url } });
  await bench.session({ session: { tags: ['proxied'], proxy: { active: true } } });
  const browser = { profile: { name: 'ann' }, extra_stealth: { active: true } };
  await bench.session({ session: { tags: ['stealthy'] }, browser });
  await bench.start('webTask', { url }, await bench.session({ session: { tags: ['working'] } }));
  const override = { tags: ['task'], initial_url: 'https://other.example.com' };
  await bench.start('namedTask', { overrideBrowserConfiguration: override });
  expect((await list(query)).sessions.map(({ tags }) => (tags as string[])[0])).toEqual(expected);
});

test.each(['?color=red', '?task_initiated=perhaps', '/all/status?profile_name=ann', '/all/status?page=2'])(
  'a list of sessions is refused for %s',
  async (query) => {
    expect(await bench.ask('GET', `/anchor/v1/sessions${query}`)).toMatchObject({ status: 400 });
  },
);

test('tags can be replaced and taken away', async () => {
  const id = await bench.session({ session: { tags: ['a'] } });
  expect(dataOf(await bench.ask('PUT', `/anchor/v1/sessions/${id}/tags`, { tags: ['b', 'c'] }))).toEqual({
    tags: ['b', 'c'],
  });
  expect((await list('tags=c')).total).toBe(1);
  await bench.ask('DELETE', `/anchor/v1/sessions/${id}/tags`);
  expect(dataOf(await bench.ask('GET', `/anchor/v1/sessions/${id}/tags`))).toEqual({ tags: [] });
});

test('a task without a session of the caller opens one, which ends with it and is listed as such', async () => {
  await bench.start('namedTask', { overrideBrowserConfiguration: { tags: ['mine'] } });
  expect((await list('task_initiated=true')).sessions[0]).toMatchObject({ status: 'running', tags: ['mine'] });
  await bench.sim.clock.advance('3 s');
  expect((await list('status=completed')).total).toBe(1);
  expect(bench.sim.ledger.open).toEqual([]);
});

test.each([
  [{}, 'completed'],
  [{ cleanup_sessions: false }, 'running'],
])('after a v2 run with %j the session of the caller is %s', async (flag, status) => {
  const session = await bench.session();
  await bench.start('task', { session_id: session, ...flag });
  await bench.sim.clock.advance('3 s');
  expect(await get(session)).toMatchObject({ status });
});

test('files that a run downloaded are listed once it has ended', async () => {
  bench.sim.on('anchor.webTask').downloads({ name: 'a b.pdf', size: 7 });
  const id = await bench.session();
  await bench.start('webTask', {}, id);
  const downloads = async () => dataOf(await bench.ask('GET', `/anchor/v1/sessions/${id}/downloads`));
  expect(await downloads()).toEqual({ count: 0, items: [] });
  await bench.sim.clock.advance('3 s');
  expect(await downloads()).toMatchObject({ count: 1, items: [{ suggested_file_name: 'a b.pdf', size: 7 }] });
});

test('a session that has ended has a recording', async () => {
  const id = await bench.session();
  const recordings = async () => dataOf(await bench.ask('GET', `/anchor/v1/sessions/${id}/recordings`));
  expect(await recordings()).toEqual({ count: 0, items: [] });
  await bench.ask('DELETE', `/anchor/v1/sessions/${id}`);
  expect(await recordings()).toMatchObject({ count: 1, items: [{ is_primary: true }] });
});
