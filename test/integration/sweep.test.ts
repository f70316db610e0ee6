import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { anchor, browserbase } from '../../src/core/builders.js';
import { makeMark } from '../../src/core/mark.js';
import { runWorkflowId } from '../../src/core/names.js';
import type { Orphan, SweepReport } from '../../src/core/sweep.js';
import { type Deployment, startTwoDeployments, type TwoDeployments } from './two-deployments.js';

let t: TwoDeployments;
beforeAll(async () => {
  t = await startTwoDeployments();
  const { simulator } = t;
  simulator.on('*').neverEnds();
  simulator.when({ on: 'stop', phase: 'effected' }, () => simulator.clock.advance(10_000));
});
afterAll(async () => {
  await t.close();
});

const idsOpen = () => t.simulator.ledger.open.map(({ id }) => id);
const orphansOf = ({ accounts }: SweepReport): Orphan[] => accounts.flatMap(({ orphans }) => orphans);

/** Starts a run at each provider; gives the ids of what lives there for them. */
async function startBoth({ perdure }: Deployment, key: string): Promise<string[]> {
  const started = async (agent: Parameters<typeof perdure.start>[0]['agent']) => {
    const accepted = t.simulator.next({ on: 'start', text: key, endpoint: agent.endpoint, phase: 'effected' });
    await perdure.start({ key: `${key}-${agent.endpoint}`, agent, deadline: '10 hours' });
    const { runId = '', sessionId = '' } = await accepted;
    return agent.endpoint === 'anchor.webTask' ? sessionId : runId;
  };
  const anchors = await started(anchor.webTask({ prompt: key, session: { tags: [key] } }));
  return [anchors, await started(browserbase.agentRun({ task: key }))];
}

async function terminateBoth({ client }: Deployment, key: string): Promise<void> {
  for (const endpoint of ['anchor.webTask', 'browserbase.agentRun']) {
    await client.workflow.getHandle(runWorkflowId(`${key}-${endpoint}`)).terminate();
  }
}

/** A session that somebody opened with these tags, past Perdure. */
async function openSession(...tags: string[]): Promise<string> {
  const { anchorUrl, keys } = t.simulator;
  const response = await fetch(`${anchorUrl}/v1/sessions`, {
    method: 'POST',
    headers: { 'anchor-api-key': keys.anchor[0] ?? '', 'content-type': 'application/json' },
    body: JSON.stringify({ session: { tags, timeout: { max_duration: -1, idle_timeout: -1 } } }),
  });
  const { data } = (await response.json()) as { data: { id: string } };
  return data.id;
}

const markOf = (deployment: string) =>
  makeMark({ deployment, key: 'k', firstExecution: 'an-execution', generation: 1 });

test('what a terminated workflow left is told by a sweep, ended by one that may, and nothing else is touched (fault matrix 5: terminate)', async () => {
  const left = await startBoth(t.one, 'left');
  const kept = [
    ...(await startBoth(t.one, 'going')),
    ...(await startBoth(t.two, 'theirs')),
    ...(await startBoth(t.two, 'left-theirs')),
    await openSession('not ours'),
    await openSession(markOf('two')),
    await openSession(`${markOf('one')}x`),
    await openSession('perdure-one-'),
    await openSession(markOf('one'), markOf('two')),
  ];
  await terminateBoth(t.one, 'left');
  await terminateBoth(t.two, 'left-theirs');
  const told = await t.one.perdure.sweep();
  expect(
    orphansOf(told)
      .map(({ id }) => id)
      .sort(),
  ).toEqual([...left].sort());
  expect(orphansOf(told)).toMatchObject([{ workflow: 'closed', state: 'found' }, { state: 'found' }]);
  expect(told.accounts.map((account) => account.kept)).toEqual([1, 1]);
  expect(idsOpen()).toEqual(expect.arrayContaining([...left, ...kept]));
  const swept = await t.one.perdure.sweep({ end: true });
  expect(orphansOf(swept)).toMatchObject([{ state: 'ended' }, { state: 'ended' }]);
  expect(idsOpen()).toEqual(expect.arrayContaining(kept));
  expect(idsOpen().filter((id) => left.includes(id))).toEqual([]);
  expect(orphansOf(await t.one.perdure.sweep({ end: true }))).toEqual([]);
  expect(t.simulator.ledger.requests({ path: '/v1/sessions/all' })).toEqual([]);
});

test('a session whose workflow Temporal does not know any more is gone, and ended', async () => {
  const id = await openSession('kept beside', markOf('one'));
  const report = await t.one.perdure.sweep({ end: true, accounts: ['anchor/default'] });
  expect(report.accounts.map(({ account }) => account)).toEqual(['anchor/default']);
  expect(orphansOf(report)).toMatchObject([{ id, kind: 'session', workflow: 'gone', state: 'ended' }]);
});

test('what is younger than it may be is left alone', async () => {
  const id = await openSession(markOf('one'));
  const early = await t.one.perdure.sweep({ end: true, olderThan: '2 hours' });
  expect(orphansOf(early)).toEqual([]);
  expect(idsOpen()).toContain(id);
  expect(orphansOf(await t.one.perdure.sweep({ end: true, olderThan: '30 minutes' }))).toMatchObject([{ id }]);
});

test('an account that can not be read is told of, and the others are swept', async () => {
  const id = await openSession(markOf('one'));
  t.simulator.fault({ kind: 'status', status: 401, on: 'list', times: 1, message: 'no key but hunter2' });
  const report = await t.one.perdure.sweep({
    end: true,
    accounts: ['browserbase/default', 'anchor/none', 'anchor/default'],
  });
  expect(report.accounts).toMatchObject([
    { account: 'browserbase/default', orphans: [], error: { code: 'unauthorized' } },
    { account: 'anchor/none', orphans: [], error: { code: 'account-unknown' } },
    { account: 'anchor/default', orphans: [{ id, state: 'ended' }] },
  ]);
  // Whose secrets a list may repeat, nobody knows.
  expect(JSON.stringify(report)).not.toContain('hunter2');
});

test('a session that does not end is told as not confirmed', async () => {
  const id = await openSession(markOf('one'));
  const heal = t.simulator.fault({ kind: '5xx-before', on: 'session.end', times: 'always' });
  const accounts = ['anchor/default'];
  expect(orphansOf(await t.one.perdure.sweep({ end: true, accounts }))).toMatchObject([{ id, state: 'unconfirmed' }]);
  heal();
  expect(orphansOf(await t.one.perdure.sweep({ end: true, accounts }))).toMatchObject([{ id, state: 'ended' }]);
});

test('a home that belongs to another namespace is not swept with until that is accepted', async () => {
  const file = path.join(t.two.home, 'cluster');
  const known = readFileSync(file, 'utf8');
  writeFileSync(file, 'another-id somewhere\n');
  await expect(t.two.perdure.sweep()).rejects.toMatchObject({
    code: 'cluster-unknown',
    hint: expect.stringContaining('--accept-cluster') as unknown,
  });
  await t.two.perdure.sweep({ acceptCluster: true });
  expect(readFileSync(file, 'utf8')).toBe(known);
});

test('a schedule sweeps until it is taken away', async () => {
  const { perdure, client } = t.one;
  const id = await openSession(markOf('one'));
  const scheduleId = await perdure.scheduleSweep('15 minutes', { end: true });
  expect(await perdure.scheduleSweep('20 minutes', { end: true })).toBe(scheduleId);
  const handle = client.schedule.getHandle(scheduleId);
  const { spec } = await handle.describe();
  expect(spec.intervals).toMatchObject([{ every: 1_200_000 }]);
  const ended = t.simulator.next({ on: 'session.end', phase: 'replied' });
  await handle.trigger();
  expect(await ended).toMatchObject({ sessionId: id });
  expect(await perdure.unscheduleSweep()).toBe(true);
  expect(await perdure.unscheduleSweep()).toBe(false);
});

test.each([{ olderThan: '1s' }, { accounts: ['anchor'] }, { olderThan: 'soon' }])(
  'a sweep of %j is refused',
  async (options) => {
    await expect(t.one.perdure.sweep(options)).rejects.toMatchObject({ code: 'bad-input' });
  },
);
