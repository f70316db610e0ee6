import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, onTestFinished, test, vi } from 'vitest';
import { anchor } from '../../src/core/builders.js';
import type { Duration } from '../../src/core/duration.js';
import { defaultTaskQueue } from '../../src/core/names.js';
import { watcherId, watcherOf } from '../../src/core/watch.js';
import { type PerdureTest, type PerdureTestOptions, perdureTest } from '../../src/testing/perdure-test.js';
import { timeSkipping } from '../../src/testing/test-server.js';
import { findServerBinary } from '../../src/worker/embedded/binary.js';

const days = 86_400_000;
const workflowsPath = path.join(import.meta.dirname, 'fixtures', 'workflows.ts');
const skippingTest = test.skipIf(!timeSkipping().available);

/** Java takes seconds to begin, so its tests share a server. */
let shared: Promise<PerdureTest> | undefined;
afterAll(async () => (await shared)?.close());

function skipping(): Promise<PerdureTest> {
  shared ??= perdureTest({ time: 'skipping', workflowsPath });
  return shared;
}

async function open(options: PerdureTestOptions): Promise<PerdureTest> {
  const t = await perdureTest(options);
  onTestFinished(() => t.close());
  return t;
}

skippingTest(
  'a run of thirty days takes seconds where time is skipped, at the server and at the provider alike, and has the history of a run of a minute (fault matrix 16: long waits)',
  async () => {
    const t = await skipping();
    const account = 'anchor/default';
    const watcher = watcherId(watcherOf('month', account, { taskQueue: defaultTaskQueue, among: 1 }));
    const state = { version: 1, account, mostEvents: 300 };
    const play = async (key: string, lasts: Duration) => {
      t.simulator.on('anchor.webTask', { text: key }).lasts(lasts).returns({ total: 12 });
      const agent = anchor.webTask({ prompt: key, url: 'https://example.com' });
      const cadence = { first: 60_000, max: days };
      return t.perdure.start({ key, agent, deadline: '40 days', timings: { cadence } });
    };
    const minute = await play('minute', '1 min');
    expect(await minute.outcome()).toMatchObject({ status: 'completed' });
    // Between two runs this server skips to the end of all that has none.
    await t.client.workflow.start('watcher', { workflowId: watcher, taskQueue: defaultTaskQueue, args: [state] });
    const month = await play('month', '30 days');
    const { status, result, startedAt, endedAt } = await month.outcome();
    expect({ status, result }).toEqual({ status: 'completed', result: { total: 12 } });
    expect(Date.parse(endedAt) - Date.parse(startedAt)).toBeGreaterThanOrEqual(30 * days);
    const life = t.ledger.runs.at(-1);
    expect((life?.endedAt ?? 0) - (life?.startedAt ?? 0)).toBeGreaterThanOrEqual(30 * days);
    expect(t.ledger.open).toEqual([]);
    const eventsOf = async (id: string) => (await t.client.workflow.getHandle(id).fetchHistory()).events ?? [];
    expect(await eventsOf(month.workflowId)).toHaveLength((await eventsOf(minute.workflowId)).length);
    const [began, ...others] = await eventsOf(watcher);
    expect(began?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId).toMatch(/./);
    expect(others.length).toBeLessThan(330);
  },
);

/** Plays the workflow of a step, a pause and a question through. */
async function play(t: PerdureTest, pause: number): Promise<void> {
  t.simulator
    .on('anchor.webTask')
    .lasts(t.skipsTime ? '40 min' : '4 min')
    .returns({ total: 12 });
  t.simulator
    .on('browserbase.agentRun')
    .lasts('5 min')
    .asks({ message: 'Which code?', after: '30 s' })
    .returns({ paid: true });
  const options = { args: [pause], workflowId: 'pay-1', taskQueue: t.taskQueue };
  const handle = await t.client.workflow.start('readPauseAsk', options);
  if (t.skipsTime) {
    await t.advance('2 days');
    expect(t.ledger.effects('browserbase.agentRun')).toEqual([]);
    await t.advance('1 day');
  }
  const question = await t.nextQuestion(handle);
  expect(question).toMatchObject({ message: 'Which code?', key: 'pay-1/pay', state: 'open' });
  expect(await t.answer(question, '4711', { by: 'ann' })).toEqual({ accepted: true });
  expect(await handle.result()).toEqual({ paid: true });
  expect(t.ledger.effects('browserbase.agentRun')).toHaveLength(1);
  expect(t.ledger.open).toEqual([]);
}

// On a busy machine the time-skipping server now and then stands still, which another one does not.
const lonely = { timeout: 120_000, retry: 2 };

skippingTest(
  "a user's own pause of three days passes by t.advance; a question is found across the runs",
  lonely,
  async () => {
    const t = await open({ time: 'skipping', workflowsPath });
    expect(t.skipsTime).toBe(true);
    await play(t, 3 * days);
  },
);

skippingTest('an agent whose call blocks is refused with the reason where time is skipped', async () => {
  const t = await skipping();
  const run = await t.perdure.start({ key: 'blocking', agent: anchor.sessionAgent({ prompt: 'x' }) });
  const { error } = await run.outcome();
  expect(error).toMatchObject({ code: 'request-rejected', message: expect.stringContaining("time: 'real'") });
});

test('without Java time is real, and shorter; the same test of a workflow passes', async () => {
  const binary = await findServerBinary();
  const folder = mkdtempSync(path.join(tmpdir(), 'perdure-path-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  symlinkSync(binary.path, path.join(folder, path.basename(binary.path)));
  vi.stubEnv('PATH', folder);
  onTestFinished(() => void vi.unstubAllEnvs());
  expect(timeSkipping()).toEqual({ available: false, reason: expect.stringContaining('no java') });
  await expect(perdureTest({ time: 'skipping' })).rejects.toMatchObject({
    code: 'test-server-missing',
    hint: expect.stringContaining("time: 'real'"),
  });
  const t = await open({ workflowsPath });
  expect(t.skipsTime).toBe(false);
  await play(t, 10);
});

test('who waits for a question of a workflow that ends is told so', async () => {
  const t = await open({ time: 'real' });
  t.simulator.on('*').fails('The shop is closed.');
  const run = await t.perdure.start({
    key: 'silent',
    agent: anchor.webTask({ prompt: 'x', url: 'https://example.com' }),
  });
  await expect(t.nextQuestion(run)).rejects.toMatchObject({
    code: 'question-not-found',
    message: 'The workflow perdure:run:silent ended (COMPLETED) without a question.',
  });
});

test('a test that ends at once lets go of everything', async () => {
  const t = await perdureTest({ time: 'real' });
  await t.close();
});

test('a test that can not begin leaves no server behind', async () => {
  const children = () => process.getActiveResourcesInfo().filter((kind) => kind === 'ProcessWrap').length;
  const before = children();
  const bare = path.join(import.meta.dirname, '..', 'plugin', 'fixtures', 'without-agent-run.ts');
  await expect(perdureTest({ time: 'real', workflowsPath: bare })).rejects.toMatchObject({
    code: 'workflows-not-exported',
  });
  expect(children()).toBe(before);
});
