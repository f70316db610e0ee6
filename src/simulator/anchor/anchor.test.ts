import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Bench, dataOf, openBench } from '../test-caller.js';

let bench: Bench;

beforeEach(async () => {
  bench = await openBench();
});

afterEach(() => bench.sim.close());

const webTask = (id: string) => bench.ask('GET', `/anchor/v1/tools/perform-web-task/${id}/status`);

test('a web task runs for as long as its script says', async () => {
  bench.sim.on('anchor.webTask').lasts('40 min').returns({ total: 12 });
  const id = await bench.start('webTask');
  expect(id).toMatch(/^perform-web-task-execution-[0-9a-f-]{36}-[0-9a-f-]{36}$/);
  await bench.sim.clock.advance('39 min');
  expect((await webTask(id)).body).toEqual({ data: { status: 'RUNNING' } });
  await bench.sim.clock.advance('1 min');
  expect((await webTask(id)).body).toEqual({ data: { status: 'COMPLETED', result: { total: 12 } } });
});

test('a synchronous web task answers when its time has come, with the result wrapped twice as in the published example', async () => {
  const effected = bench.sim.next({ on: 'start', phase: 'effected' });
  const answer = bench.ask('POST', '/anchor/v1/tools/perform-web-task', { prompt: 'sum' });
  await effected;
  await bench.sim.clock.advance('3 s');
  expect((await answer).body).toEqual({ data: { result: { result: { summary: expect.any(String) } } } });
});

test('a result conforms to the schema that the start carries', async () => {
  const output_schema = {
    type: 'object',
    properties: { total: { type: 'number', minimum: 5 }, lines: { type: 'array', items: { $ref: '#/$defs/line' } } },
    required: ['total', 'lines'],
    $defs: { line: { type: 'object', properties: { due: { type: 'string', format: 'date' } } } },
  };
  const id = await bench.start('webTask', { output_schema });
  await bench.sim.clock.advance('3 s');
  expect(dataOf(await webTask(id))['result']).toEqual({ total: 5, lines: [{ due: '2026-01-01' }] });
});

test('a failing web task carries its error', async () => {
  bench.sim.on('anchor.webTask').fails('Step limit exceeded');
  const id = await bench.start('webTask');
  await bench.sim.clock.advance('3 s');
  expect((await webTask(id)).body).toEqual({ data: { status: 'FAILED', error: 'Step limit exceeded' } });
});

test('an agent in a session blocks until it is done', async () => {
  const session = await bench.session();
  bench.sim.on('anchor.sessionAgent').lasts('10 min').returns('fine');
  const effected = bench.sim.next({ on: 'start', phase: 'effected' });
  const answer = bench.ask('POST', `/anchor/v1/sessions/${session}/agent/run`, { prompt: 'look' });
  await effected;
  await bench.sim.clock.advance('10 min');
  expect((await answer).body).toEqual({ status: 'completed', result: 'fine', data: { result: 'fine' } });
});

test('an agent can neither run in a session that has ended nor in one that never was', async () => {
  const session = await bench.session();
  await bench.ask('DELETE', `/anchor/v1/sessions/${session}`);
  expect((await bench.ask('POST', `/anchor/v1/sessions/${session}/agent/run`, { prompt: 'x' })).status).toBe(400);
  expect((await bench.ask('POST', '/anchor/v1/sessions/nowhere/agent/run', { prompt: 'x' })).body).toEqual({
    error: { code: 404, message: 'Session not found' },
  });
});

test('a blocked agent fails at once when its session is ended under it', async () => {
  const session = await bench.session();
  const effected = bench.sim.next({ on: 'start', phase: 'effected' });
  const answer = bench.ask('POST', `/anchor/v1/sessions/${session}/agent/run`, { prompt: 'look' });
  await effected;
  await bench.ask('DELETE', `/anchor/v1/sessions/${session}`);
  expect((await answer).status).toBe(500);
});

test('a v2 run is queued, then running, then successful, flat and with its session', async () => {
  bench.sim.on('anchor.task').returns({ file: 'a.pdf' });
  const id = await bench.start('task');
  const status = async () => (await bench.ask('GET', `/anchor/v2/tasks/runs/${id}/status`)).body;
  expect(await status()).toEqual({ run_id: id, status: 'queued', session_id: expect.any(String) });
  await bench.sim.clock.advance('1 s');
  expect(await status()).toMatchObject({ status: 'running' });
  await bench.sim.clock.advance('2 s');
  expect(await status()).toMatchObject({ status: 'success', result: { file: 'a.pdf' } });
});

test.each([
  ['timeout', 'Timed out'],
  ['cancelled', 'Cancelled'],
])('a v2 run can end as %s', async (word, error) => {
  const script = bench.sim.on('anchor.task');
  if (word === 'timeout') script.timesOut();
  else script.isCancelled();
  const id = await bench.start('task');
  await bench.sim.clock.advance('3 s');
  expect((await bench.ask('GET', `/anchor/v2/tasks/runs/${id}/status`)).body).toMatchObject({ status: word, error });
});

test('a legacy task gives its output as JSON text', async () => {
  bench.sim.on('anchor.namedTask').returns({ rows: 2 });
  const started = await bench.ask('POST', '/anchor/v1/task/run/invoices', { async: true, inputs: { ANCHOR_A: '1' } });
  const { taskId, executionResultId } = dataOf(started);
  expect(dataOf(started)).toMatchObject({ success: true, async: true, taskId: bench.sim.taskId('invoices') });
  await bench.sim.clock.advance('3 s');
  const execution = await bench.ask('GET', `/anchor/v1/task/${taskId}/executions/${executionResultId}`);
  expect(dataOf(execution)).toMatchObject({ status: 'success', output: '{"rows":2}', executionTime: 3000 });
});

test('a synchronous legacy task that fails says so inside a 200', async () => {
  bench.sim.on('anchor.namedTask').fails('No such row');
  const effected = bench.sim.next({ on: 'start', phase: 'effected' });
  const answer = bench.ask('POST', '/anchor/v1/task/run/invoices', {});
  await effected;
  await bench.sim.clock.advance('3 s');
  expect(await answer).toMatchObject({ status: 200, body: { data: { success: false, error: 'No such row' } } });
});

test('a legacy start may be answered without the execution id, which its list then shows', async () => {
  bench.sim.behave({ anchor: { executionResultId: false } });
  const started = await bench.ask('POST', '/anchor/v1/task/run/invoices', { async: true });
  expect(dataOf(started)).not.toHaveProperty('executionResultId');
  const list = await bench.ask('GET', `/anchor/v1/task/${dataOf(started)['taskId']}/executions`);
  expect(dataOf(list)).toMatchObject({
    results: [{ status: 'running', id: expect.any(String) }],
    pagination: { page: 1, limit: 10, total: 1, totalPages: 1 },
  });
});

test('a task that is not in the list of tasks is not found', async () => {
  await bench.sim.close();
  bench = await openBench({ tasks: ['invoices'] });
  expect((await bench.ask('POST', '/anchor/v1/task/run/other', {})).status).toBe(404);
  expect((await bench.ask('POST', '/anchor/v2/tasks/other/run', { input_params: {} })).status).toBe(404);
  expect((await bench.ask('POST', '/anchor/v2/tasks/invoices/run', { input_params: {} })).status).toBe(200);
  const tasks = dataOf(await bench.ask('GET', '/anchor/v1/task'));
  expect(tasks).toMatchObject({ total: 1, tasks: [{ name: 'invoices', id: bench.sim.taskId('invoices') }] });
});

test.each([
  ['perform-web-task without a prompt', '/v1/tools/perform-web-task', {}, 'body.prompt is required'],
  ['a wrong type', '/v1/tools/perform-web-task', { prompt: 'x', max_steps: '3' }, 'body.max_steps must be an integer'],
  [
    'an agent that is not in the document',
    '/v1/tools/perform-web-task',
    { prompt: 'x', agent: 'me' },
    'body.agent must',
  ],
  ['an input that is no text', '/v2/tasks/t/run', { input_params: { a: 1 } }, 'body.input_params.a must be a string'],
  ['a session id that is no UUID', '/v1/task/run/t', { sessionId: 'x' }, 'body.sessionId must be a UUID'],
  ['an input without ANCHOR_', '/v1/task/run/t', { inputs: { A: '1' } }, 'body.inputs.A is not an allowed name'],
  ['a city without a region', '/v1/sessions', { session: { proxy: { active: true, city: 'x' } } }, 'city needs region'],
  [
    'a country that is none',
    '/v1/sessions',
    { session: { proxy: { active: true, country_code: 'xx' } } },
    'country_code',
  ],
  ['a task name with a dot', '/v1/task/run/a.b', {}, 'taskName must match'],
])('a start is refused for %s', async (_what, path, body, message) => {
  const answer = await bench.ask('POST', `/anchor${path}`, body);
  expect(answer).toMatchObject({
    status: 400,
    body: { error: { code: 400, message: expect.stringContaining(message) } },
  });
  expect(bench.sim.ledger.effects()).toEqual([]);
});
