import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { barOf } from '../../src/cli/batch-progress.js';
import { agentFrom } from '../../src/cli/batch-template.js';
import { jsonOf } from './fake-context.js';
import { openWorld, type World } from './world.js';

let world: World;
let folder: string;
beforeAll(async () => {
  world = await openWorld();
  folder = path.dirname(world.home);
  await world.startWorker();
  await writeFile(path.join(folder, 'sites.jsonl'), '{"key":"a","name":"north"}\n{"key":"b","name":"south"}\n');
});
afterAll(() => world.close());

const template = ['--endpoint', 'browserbase.agentRun', '--task', 'Look at {{name}}.'];

test('each line of a file is run by the template, told as a line of JSON, and not done again', async () => {
  world.simulator.on('*', { text: 'north' }).lasts('5 s').returns({ total: 1 });
  world.simulator.on('*', { text: 'south' }).lasts('5 s').fails('Closed.');
  const line = ['batch', 'run', 'sites.jsonl', '--key', 'night', ...template, '--json'];
  const ended = await world.run(...line);
  expect(ended.exit).toBe(1);
  const told = ended.stdout
    .trim()
    .split('\n')
    .map((text) => JSON.parse(text));
  expect(told).toHaveLength(3);
  expect(told.at(-1)).toMatchObject({ key: 'night', items: 2, byStatus: { completed: 1, failed: 1 } });
  expect((await readFile(path.join(folder, 'night.results.jsonl'), 'utf8')).trim().split('\n')).toHaveLength(2);
  world.simulator.on('*', { text: 'south' }).lasts('5 s').returns({ total: 2 });
  const again = await world.run(...line, '--again', 'failed');
  expect(again.exit).toBe(0);
  expect(JSON.parse(again.stdout.trim().split('\n')[0] ?? '')).toMatchObject({ run: 'night/b:2', status: 'completed' });
  const shown = await world.run('batch', 'show', 'night');
  expect(shown).toMatchObject({ exit: 0, stdout: expect.stringContaining('1 completed') });
  const batches = async (...more: string[]) => jsonOf(await world.run('batch', 'ls', '--json', ...more)) as object;
  await expect
    .poll(() => batches('--status', 'completed,failed'))
    .toMatchObject({
      batches: [{ key: 'night', status: 'completed', report: { byStatus: { completed: 1 } } }],
    });
  expect(await batches('--prefix', 'day')).toEqual({ batches: [] });
  expect((await world.run('batch', 'ls')).stdout).toMatch(/^KEY +STATUS .*\nnight +completed +1\/1 /);
  expect(await world.run('batch', 'ls', '--status', 'odd')).toMatchObject({ exit: 2 });
  expect(jsonOf(await world.run('show', 'night/a', '--json'))).toMatchObject({ batch: 'night' });
});

test('a line without a field of the template is told with its place, and nothing is started', async () => {
  const line = ['batch', 'run', 'sites.jsonl', '--key', 'bad', '--endpoint', 'browserbase.agentRun'];
  const ended = await world.run(...line, '--task', '{{nmae}}');
  expect(ended.exit).toBe(2);
  expect(ended.stderr).toContain('sites.jsonl:1: the line has no field');
});

test('a batch that is not there is said to be so', async () => {
  expect(await world.run('batch', 'show', 'nothing')).toMatchObject({
    exit: 1,
    stderr: expect.stringContaining("'nothing'"),
  });
});

test('without a template the line is the input, and a placeholder alone keeps its kind', () => {
  const line = { endpoint: 'anchor.task', key: 'a', taskId: 't-1', input_params: { n: '1' } };
  expect(agentFrom({})(line)).toEqual({ endpoint: 'anchor.task', input: { taskId: 't-1', input_params: { n: '1' } } });
  const body = { prompt: 'Read {{n}} of {{list}}.', max_steps: '{{n}}' };
  expect(agentFrom({ endpoint: 'anchor.webTask', body })({ n: 3, list: ['a'] })).toEqual({
    endpoint: 'anchor.webTask',
    input: { prompt: 'Read 3 of ["a"].', max_steps: 3 },
  });
});

test('the bar tells how far it is, how fast, and how long that leaves', () => {
  const report = {
    key: 'k',
    items: 40,
    queued: 5,
    live: 10,
    byStatus: { completed: 24, failed: 1 },
    failures: {},
    usage: { credits: 0, seconds: 0, steps: 0 },
    slowest: [],
    startedAt: '2026-01-01T00:00:00Z',
  };
  expect(barOf(report, 100, 0.5)).toBe(
    '██████░░░░░░░░░░░░░░░░░░ 25/100 · 10 live · 1 not completed · 30.0/min · 2m 30s left',
  );
});
