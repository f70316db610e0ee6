import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { jsonOf, run } from './fake-context.js';
import { openWorld, type World } from './world.js';

let world: World;
beforeAll(async () => {
  world = await openWorld();
  await world.startWorker();
  world.simulator.on('*').lasts('5 s').returns({ total: 12 });
  world.simulator.on('anchor.webTask', { text: 'fail' }).fails('The page was gone');
  await file('good.yaml', plan('Read ${inputs.what}.'));
  await file('failing.yaml', plan('fail'));
  await file('asking.yaml', 'steps:\n  - name: ask\n    approval: { title: Go on? }\n');
  await file('broken.yaml', 'steps:\n  - name: a\n    wait: soon\n  - name: a\n    wait: ${steps.b.status}\n');
});
afterAll(async () => {
  expect(world.simulator.ledger.open).toEqual([]);
  await world.close();
});

const plan = (
  prompt: string,
) => `inputs: { type: object, properties: { what: { type: string, default: all }, count: { type: integer } } }
steps:
  - name: read
    agent: { endpoint: anchor.webTask, input: { prompt: "${prompt}" } }
    effect: read
output: { total: "\${steps.read.result.total}" }
`;

function file(name: string, text: string): Promise<void> {
  return writeFile(path.join(path.dirname(world.home), name), text);
}

test('check says where each thing is wrong, and exits 2; nothing is connected to', async () => {
  const cwd = path.dirname(world.home);
  const { exit, stdout, stderr } = await run(['plan', 'check', 'broken.yaml'], {
    cwd,
    env: { TEMPORAL_ADDRESS: 'localhost:1' },
  });
  expect(exit).toBe(2);
  expect(stdout).toContain('broken.yaml:3:5 steps[0].wait: expected a duration, got the text "soon"');
  expect(stdout).toContain("broken.yaml:4:5 steps[1].name: the name 'a' is that of steps[0] already");
  expect(stderr).toContain('3 problems. Nothing was started.');
  const asJson = await run(['plan', 'check', 'broken.yaml', '--json'], { cwd });
  expect(jsonOf(asJson)).toMatchObject({
    ok: false,
    problems: [{ file: 'broken.yaml', line: 3, path: 'steps[0].wait' }, {}, {}],
  });
  expect(await run(['plan', 'check', 'good.yaml'], { cwd })).toMatchObject({
    exit: 0,
    stdout: 'good.yaml: 1 step, nothing is wrong.\n',
  });
  expect((await run(['plan', 'check', 'none.yaml'], { cwd })).exit).toBe(2);
  expect((await run(['plan', 'check', '-'], { cwd, stdin: 'steps: []' })).stdout).toContain(
    '-:1:1 steps: expected a list of at least 1',
  );
});

test('run shows each step on the way and prints the output alone on stdout', async () => {
  const { exit, stdout, stderr } = await world.run(
    'plan',
    'run',
    'good.yaml',
    '--key',
    'good',
    '--input',
    'what=it',
    '--input',
    'count=3',
  );
  expect({ exit, output: JSON.parse(stdout) as unknown }).toEqual({ exit: 0, output: { total: 12 } });
  expect(stderr).toContain('completed  good');
  const shown = await world.run('plan', 'show', 'good');
  expect(shown.stdout).toMatch(/read +agent +completed .*perdure:plan:good\/read/);
  const again = await world.run(
    'plan',
    'run',
    'good.yaml',
    '--key',
    'good',
    '--inputs',
    '{"what":"it","count":3}',
    '--json',
  );
  expect(jsonOf(again)).toMatchObject({ key: 'good', status: 'completed', output: { total: 12 } });
  const other = await world.run('plan', 'run', 'good.yaml', '--key', 'good', '--json');
  expect([other.exit, jsonOf(other)]).toMatchObject([2, { error: { code: 'key-taken' } }]);
});

test('inputs that do not fit, and a plan that is wrong, start nothing', async () => {
  const misfit = await world.run('plan', 'run', 'good.yaml', '--key', 'misfit', '--input', 'count=many', '--json');
  expect([misfit.exit, jsonOf(misfit)]).toMatchObject([
    2,
    { error: { code: 'bad-input', message: expect.stringContaining('inputs.count') } },
  ]);
  const broken = await world.run('plan', 'run', 'broken.yaml', '--key', 'broken', '--json');
  expect([broken.exit, jsonOf(broken)]).toMatchObject([
    2,
    { error: { message: expect.stringContaining('broken.yaml:3:5') } },
  ]);
  for (const key of ['misfit', 'broken']) {
    expect(jsonOf(await world.run('plan', 'show', key, '--json'))).toMatchObject({ error: { code: 'run-not-found' } });
  }
});

test('a failed plan exits 1 and names its step', async () => {
  const { exit, stderr, stdout } = await world.run('plan', 'run', 'failing.yaml', '--key', 'failing');
  expect({ exit, stdout }).toEqual({ exit: 1, stdout: '' });
  expect(stderr).toContain('The page was gone');
});

test('a plan that waits for a person exits 3 with --no-wait, shows its question, goes on with its answer', async () => {
  const started = await world.run('plan', 'run', 'asking.yaml', '--key', 'asking', '--no-wait');
  expect([0, 3]).toContain(started.exit);
  const watched = world.call('plan', 'show', 'asking', '--watch');
  await watched.until(/npx perdure answer 'perdure:plan:asking~ask' --yes/);
  expect((await world.run('plan', 'run', 'asking.yaml', '--key', 'asking', '--no-wait')).exit).toBe(3);
  const plans = async (...more: string[]) => jsonOf(await world.run('plan', 'ls', '--json', ...more)) as object;
  await expect
    .poll(() => plans('--status', 'waiting-for-person'))
    .toMatchObject({ plans: [{ key: 'asking', steps: 1, status: 'waiting-for-person' }] });
  expect(await plans('--status', 'running')).toEqual({ plans: [] });
  expect((await world.run('answer', 'perdure:plan:asking~ask', '--yes')).exit).toBe(0);
  expect(await watched.exit).toBe(0);
  expect(watched.stdout()).toMatch(/ask +approval +completed/);
  await expect
    .poll(() => plans('--status', 'completed', '--prefix', 'ask'))
    .toMatchObject({ plans: [{ key: 'asking' }] });
  await expect.poll(() => plans('--status', 'failed')).toMatchObject({ plans: [{ key: 'failing' }] });
  expect((await world.run('plan', 'ls')).stdout).toMatch(/^KEY +STATUS .*\nasking +completed +1 /);
  expect(jsonOf(await world.run('show', 'perdure:plan:good/read', '--json'))).toMatchObject({ plan: 'good' });
});

test('stop ends a plan; a schedule is made, and ended', async () => {
  await world.run('plan', 'run', 'asking.yaml', '--key', 'stopped', '--no-wait');
  expect(jsonOf(await world.run('plan', 'stop', 'stopped', '--json'))).toMatchObject({ status: 'cancelled' });
  const made = await world.run('plan', 'run', 'asking.yaml', '--key', 'nightly', '--schedule', '0 3 * * *', '--json');
  expect(jsonOf(made)).toEqual({ scheduleId: 'perdure:plan:nightly', cron: '0 3 * * *' });
  expect((await world.run('plan', 'run', 'asking.yaml', '--key', 'nightly', '--schedule', 'daily')).exit).toBe(2);
  expect(jsonOf(await world.run('plan', 'stop', 'nightly', '--unschedule', '--json'))).toEqual({ removed: true });
});
