import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Connection, defaultGrpcRetryOptions, makeGrpcRetryInterceptor } from '@temporalio/client';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import type { Outcome } from '../../src/core/run.js';
import { jsonOf } from './fake-context.js';
import { openWorld, type World } from './world.js';

let world: World;
beforeAll(async () => {
  world = await openWorld();
  await world.startWorker();
  const { simulator } = world;
  simulator.on('*').lasts('5 s').returns({ total: 12 });
  simulator.on('anchor.webTask', { text: 'fail' }).fails('The page was gone');
  simulator.on('browserbase.agentRun', { text: 'forever' }).neverEnds();
});
afterAll(async () => {
  expect(world.simulator.ledger.open).toEqual([]);
  await world.close();
});

const webTask = (key: string, prompt: string) => ['run', 'anchor.webTask', '--key', key, '--prompt', prompt];

test('run waits for the end and prints the result alone on stdout', async () => {
  const { exit, stdout, stderr } = await world.run(...webTask('alone', 'read'));
  expect({ exit, result: JSON.parse(stdout) as unknown }).toEqual({ exit: 0, result: { total: 12 } });
  expect(stderr).toContain('completed  alone  anchor.webTask');
});

test('the same key again is the same run, and with other input an error', async () => {
  const first = await world.run(...webTask('same', 'read'), '--json');
  const again = await world.run(...webTask('same', 'read'), '--json');
  expect({ exit: again.exit, outcome: jsonOf(again) }).toEqual({ exit: 0, outcome: jsonOf(first) });
  const other = await world.run(...webTask('same', 'something else'), '--json');
  expect({ exit: other.exit, error: jsonOf(other) }).toMatchObject({
    exit: 2,
    error: { error: { code: 'key-taken' } },
  });
});

test('each option becomes its field of the body, on top of what the file has', async () => {
  const options = ['--input', 'a=1', '--input', 'b=x=y', '--effect', 'read', '--deadline', '10m'];
  const { exit } = await world.run('run', 'anchor.task', '--key', 'fields', '--task-id', 't-1', ...options);
  expect(exit).toBe(0);
  const [start] = world.simulator.ledger.requests({ operation: 'start', endpoint: 'anchor.task' });
  expect(start).toMatchObject({ path: '/v2/tasks/t-1/run', body: { input_params: { a: '1', b: 'x=y' } } });
});

test('a failed run exits 1 with its reason, and show tells all that is known', async () => {
  const ended = await world.run(...webTask('failed', 'fail'), '--json');
  expect(ended.exit).toBe(1);
  expect(jsonOf(ended)).toMatchObject({ status: 'failed', error: { code: 'run-failed' } });
  const shown = await world.run('show', 'failed');
  expect(shown.exit).toBe(0);
  expect(shown.stdout).toContain('The page was gone');
  expect(shown.stdout).toMatch(/cleaned up +confirmed/);
  expect(shown.stdout).toMatch(/cost +not known: prices\.anchor\.perCredit is not configured/);
});

test('show tells what a run cost by the configured prices', async () => {
  await world.run(...webTask('priced', 'read'));
  const config = path.join(path.dirname(world.home), 'prices.yaml');
  await writeFile(config, 'prices: { anchor: { perCredit: 2 } }\n');
  const shown = await world.run('show', 'priced', '--config', config, '--json');
  const { outcome, cost } = jsonOf(shown) as { outcome: Outcome; cost: number };
  expect(cost).toBe(2 * (outcome.usage.credits ?? Number.NaN));
  expect(shown.stderr).toMatch(/cost +[\d.]+ by the configured prices/);
});

test('a key is looked for by show, result and stop, and its absence named', async () => {
  for (const command of ['show', 'result', 'stop']) {
    const ended = await world.run(command, 'never-started', '--json');
    expect(ended.exit).toBe(1);
    expect(jsonOf(ended)).toMatchObject({ error: { code: 'run-not-found' } });
  }
});

test('Ctrl-C leaves the run going and says how to stop it; stop ends it with nothing left', async () => {
  const called = world.call('run', 'browserbase.agentRun', '--key', 'forever', '--task', 'forever');
  await called.until(/running · /);
  called.interrupt();
  expect(await called.exit).toBe(130);
  expect(called.stderr()).toContain('perdure stop forever');
  const early = await world.run('result', 'forever', '--no-wait');
  expect({ exit: early.exit, stdout: early.stdout }).toEqual({ exit: 1, stdout: '' });
  const stopped = await world.run('stop', 'forever', '--json');
  expect(stopped.exit).toBe(0);
  const outcome = jsonOf(stopped) as Outcome;
  expect(outcome).toMatchObject({ status: 'cancelled', cleanup: { confirmed: true, left: [] } });
  const again = await world.run('stop', 'forever');
  expect({ exit: again.exit, stdout: again.stdout }).toMatchObject({
    exit: 0,
    stdout: expect.stringContaining('before it was stopped') as unknown,
  });
});

test('ls lists by prefix and status, newest first', async () => {
  for (const key of ['list/a', 'list/b']) await world.run(...webTask(key, 'read'));
  // What is listed follows what is true with a short delay.
  await expect
    .poll(async () => jsonOf(await world.run('ls', '--prefix', 'list/', '--status', 'completed', '--json')))
    .toMatchObject({
      runs: [
        { key: 'list/b', status: 'completed' },
        { key: 'list/a', endpoint: 'anchor.webTask' },
      ],
    });
  const { stdout } = await world.run('ls', '--prefix', 'list/');
  expect(stdout.split('\n')[0]).toMatch(/^KEY +ENDPOINT +ACCOUNT +STATUS +STARTED +TOOK$/);
});

test('doctor finds everything in order, and says what only warns', async () => {
  const ended = await world.run('doctor', '--json');
  expect(ended.exit).toBe(0);
  const { findings } = jsonOf(ended) as { findings: { name: string; state: string }[] };
  expect(Object.fromEntries(findings.map(({ name, state }) => [name, state]))).toMatchObject({
    node: 'ok',
    'temporal sdk': 'ok',
    home: 'ok',
    accounts: 'warn',
    temporal: 'ok',
    'search attributes': 'ok',
    worker: 'ok',
  });
});

test('run waits on while Temporal is away, says so once each way, and ends as ever', async () => {
  connectHastily();
  world.simulator.on('anchor.webTask', { text: 'waits' }).lasts('5 hours').returns({ total: 12 });
  const called = world.call(...webTask('lost', 'waits'), '--deadline', '20h');
  await called.until(/running · /);
  await world.server.stop();
  await called.until(/Temporal does not answer/);
  await world.bringServerBack();
  await called.until(/Temporal is back/);
  await world.simulator.clock.advance('5 hours');
  expect(await called.exit).toBe(0);
  expect(JSON.parse(called.stdout())).toEqual({ total: 12 });
  expect(called.stderr().match(/^Temporal .*/gm)).toEqual([
    'Temporal does not answer; waiting until it is back.',
    'Temporal is back.',
  ]);
  expect(called.stderr()).not.toMatch(/^\s+at /m);
});

/** A server that is away is told after a second, not after the half minute of the SDK, and soon seen again. */
function connectHastily(): void {
  const interceptors = [makeGrpcRetryInterceptor(defaultGrpcRetryOptions({ maxAttempts: 4 }))];
  const channelArgs = { 'grpc.initial_reconnect_backoff_ms': 200, 'grpc.max_reconnect_backoff_ms': 1_000 };
  const connect = Connection.connect.bind(Connection);
  const spy = vi.spyOn(Connection, 'connect');
  spy.mockImplementation((options) => connect({ ...options, interceptors, channelArgs }));
  onTestFinished(() => spy.mockRestore());
}
