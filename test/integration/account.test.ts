import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { StartOptions } from '../../src/client/perdure.js';
import { accountId } from '../../src/core/admission.js';
import { browserbase } from '../../src/core/builders.js';
import { type PerdureTest, perdureTest } from '../../src/testing/perdure-test.js';
import { defaultTaskQueue } from '../../src/core/names.js';
import { mostAtOnce } from '../faults/judge-limits.js';

const concurrentRuns = 3;
const account = 'browserbase/default';

let t: PerdureTest;
beforeEach(async () => {
  t = await perdureTest({ time: 'real', limits: { concurrentRuns } });
  t.simulator.on('browserbase.agentRun').lasts('30 s');
});
afterEach(async () => {
  await t.close();
});

const agentOf = (task: string) => browserbase.agentRun({ task });

function start(key: string, more: Partial<StartOptions> = {}) {
  return t.perdure.start({ key, agent: agentOf(key), deadline: '10 hours', ...more });
}

const patient = { timeout: 30_000, interval: 100 };

test('no more runs live at the provider than its account allows, and all of them get their turn', async () => {
  // So long that a slow machine admits the third before the first has ended.
  t.simulator.on('browserbase.agentRun').lasts('2 min');
  const runs = await Promise.all(Array.from({ length: 12 }, (_, index) => start(`crowd-${index}`)));
  const outcomes = await Promise.all(runs.map((run) => run.outcome()));
  expect(outcomes.map(({ status }) => status)).toEqual(runs.map(() => 'completed'));
  expect(mostAtOnce(t.ledger.runs)).toBe(concurrentRuns);
  expect((await t.client.workflow.getHandle(accountId(account)).describe()).priority?.priorityKey).toBe(1);
  const lengths = await Promise.all(
    runs.map(async ({ workflowId }) => (await t.client.workflow.getHandle(workflowId).describe()).historyLength),
  );
  // A busy server now and then gives a task out twice.
  expect(lengths.toSorted((a, b) => a - b)[runs.length / 2]).toBeLessThanOrEqual(30);
});

test('a single run of another caller does not wait behind a crowd', async () => {
  const crowd = { priority: { fairnessKey: 'crowd' } };
  const runs = await Promise.all(Array.from({ length: 15 }, (_, index) => start(`crowd-${index}`, crowd)));
  await vi.waitFor(async () => expect((await t.perdure.account(account)).slots?.queued).toBe(12), patient);
  const single = await start('single', { priority: { fairnessKey: 'single' } });
  await single.outcome();
  const before = t.ledger.runs.findIndex(({ text }) => text.startsWith('single'));
  expect(before).toBeLessThan(concurrentRuns + 6);
  await Promise.all(runs.map((run) => run.cancel()));
  await Promise.all(runs.map((run) => run.outcome()));
});

test('slots of runs that were terminated or reset are free again, and so is a place in the queue', async () => {
  t.simulator.on('browserbase.agentRun', { text: 'stays' }).neverEnds();
  const stays = await Promise.all(['stays-1', 'stays-2', 'stays-3'].map((key) => start(key)));
  await vi.waitFor(() => expect(t.ledger.runs).toHaveLength(3), patient);
  const [next, later] = [await start('next'), await start('later')];
  await vi.waitFor(async () => expect((await t.perdure.account(account)).slots?.queued).toBe(2), patient);
  await t.client.workflow.getHandle(next.workflowId).terminate('a test');
  await t.client.workflow.getHandle(stays[0]?.workflowId ?? '').terminate('a test');
  expect(await later.outcome()).toMatchObject({ status: 'completed' });
  await stays[1]?.cancel();
  await stays[2]?.cancel();
  expect(await stays[2]?.outcome()).toMatchObject({ status: 'cancelled' });
  await vi.waitFor(
    async () => expect((await t.perdure.account(account)).slots).toMatchObject({ holders: [], queued: 0 }),
    patient,
  );
});

test('a run that is cancelled while it waits ends at once, sends nothing, and leaves the queue', async () => {
  t.simulator.on('browserbase.agentRun', { text: 'stays' }).neverEnds();
  const stays = await Promise.all(['stays-1', 'stays-2', 'stays-3'].map((key) => start(key)));
  await vi.waitFor(() => expect(t.ledger.runs).toHaveLength(3), patient);
  const waits = await start('waits');
  await vi.waitFor(async () => expect((await t.perdure.account(account)).slots?.queued).toBe(1), patient);
  await waits.cancel();
  expect(await waits.outcome()).toMatchObject({ status: 'cancelled', attempts: [], cleanup: { confirmed: true } });
  await vi.waitFor(async () => expect((await t.perdure.account(account)).slots?.queued).toBe(0), patient);
  expect(t.ledger.runs).toHaveLength(3);
  await Promise.all(stays.map((run) => run.cancel()));
  await Promise.all(stays.map((run) => run.outcome()));
});

test('limits that are changed by hand hold at once: lower than what lives, and higher again', async () => {
  t.simulator.on('browserbase.agentRun').lasts('60 s');
  const runs = await Promise.all(Array.from({ length: 3 }, (_, index) => start(`early-${index}`)));
  await vi.waitFor(() => expect(t.ledger.runs).toHaveLength(3), patient);
  await t.perdure.setLimits(account, { concurrentRuns: 1 });
  const later = await Promise.all(Array.from({ length: 3 }, (_, index) => start(`later-${index}`)));
  await Promise.all(runs.map((run) => run.outcome()));
  await later[0]?.outcome();
  const ofLater = t.ledger.runs.filter(({ text }) => text.startsWith('later'));
  expect(mostAtOnce(ofLater)).toBe(1);
  await t.perdure.setLimits(account, null);
  await Promise.all(later.map((run) => run.outcome()));
  expect((await t.perdure.account(account)).slots?.live).toEqual({});
});

test('an account that is terminated is begun anew, knows who lives and who waits, and admits no more than before (fault matrix 19: shared workflows lost)', async () => {
  t.simulator.on('browserbase.agentRun').lasts('2 min');
  const runs = await Promise.all(Array.from({ length: 9 }, (_, index) => start(`run-${index}`)));
  await vi.waitFor(async () => expect((await t.perdure.account(account)).slots?.queued).toBe(6), patient);
  await t.client.workflow.getHandle(accountId(account)).terminate('a test');
  const outcomes = await Promise.all(runs.map((run) => run.outcome()));
  expect(outcomes.map(({ status }) => status)).toEqual(runs.map(() => 'completed'));
  expect(mostAtOnce(t.ledger.runs)).toBe(concurrentRuns);
});

test('an account with the state of another build is not led astray by it: it finds out anew who lives and who waits', async () => {
  t.simulator.on('browserbase.agentRun').lasts('2 min');
  const runs = await Promise.all(Array.from({ length: 6 }, (_, index) => start(`run-${index}`)));
  await vi.waitFor(async () => expect((await t.perdure.account(account)).slots?.queued).toBe(3), patient);
  const workflowId = accountId(account);
  await t.client.workflow.getHandle(workflowId).terminate('a test');
  const odd = { version: 0, account, configured: { concurrentRuns }, holders: [], waiting: 'those of before' };
  await t.client.workflow.start('account', { workflowId, taskQueue: defaultTaskQueue, args: [odd] });
  const outcomes = await Promise.all(runs.map((run) => run.outcome()));
  expect(outcomes.map(({ status }) => status)).toEqual(runs.map(() => 'completed'));
  expect(mostAtOnce(t.ledger.runs)).toBe(concurrentRuns);
});
