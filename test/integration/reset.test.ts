import { afterAll, beforeAll, expect, test } from 'vitest';
import { anchor, browserbase } from '../../src/core/builders.js';
import { runWorkflowId } from '../../src/core/names.js';
import { type PerdureTest, perdureTest } from '../../src/testing/perdure-test.js';
import { resetRun } from '../faults/reset.js';

let t: PerdureTest;
beforeAll(async () => {
  t = await perdureTest({ time: 'real' });
  t.simulator.on('*').lasts('10 min').returns({ total: 12 });
});
afterAll(async () => {
  expect(t.ledger.open).toEqual([]);
  await t.close();
});

const startsOf = (text: string) => t.ledger.runs.filter((run) => run.text.includes(text));

async function running(key: string): Promise<void> {
  while ((await t.perdure.get(key).status()).status !== 'running');
}

test.concurrent('a run that is reset to before its start is found by its mark and goes on, however old it is', async () => {
  const task = 'reset to before';
  const run = await t.perdure.start({ key: 'before', agent: browserbase.agentRun({ task }) });
  await running('before');
  const { startTime } = await t.client.workflow.getHandle(run.workflowId).describe();
  expect(await resetRun(t.client, 'before', 'before-start')).toBe(true);
  expect(await t.perdure.get('before').outcome()).toMatchObject({
    status: 'completed',
    attempts: [{ generation: 1, outcome: 'adopted' }],
  });
  expect(startsOf(task)).toHaveLength(1);
  const [list] = t.ledger.requests({ operation: 'list' });
  expect(Date.parse(String(list?.query.startAt))).toBeLessThanOrEqual(startTime.getTime());
});

test.concurrent.each(['anchor', 'browserbase'] as const)(
  'a run at %s that is reset to after its start goes on with it',
  async (provider) => {
    const text = `reset to after at ${provider}`;
    const agent = provider === 'anchor' ? anchor.webTask({ prompt: text }) : browserbase.agentRun({ task: text });
    await t.perdure.start({ key: `after-${provider}`, agent });
    await running(`after-${provider}`);
    expect(await resetRun(t.client, `after-${provider}`, 'after-start')).toBe(true);
    const outcome = await t.perdure.get(`after-${provider}`).outcome();
    expect(outcome).toMatchObject({ status: 'completed', attempts: [{ generation: 1, outcome: 'accepted' }] });
    expect(startsOf(text)).toHaveLength(1);
  },
);

test.concurrent('a run that is reset when it was at its second start is found at that one', async () => {
  const task = 'reset at the second start';
  t.simulator.fault({ kind: '5xx-before', on: 'start', text: task });
  await t.perdure.start({ key: 'second', effect: 'read', agent: browserbase.agentRun({ task }) });
  await running('second');
  expect(startsOf(task)).toHaveLength(1);
  expect(await resetRun(t.client, 'second', 'before-start')).toBe(true);
  expect(await t.perdure.get('second').outcome()).toMatchObject({
    status: 'completed',
    attempts: [{ generation: 2, outcome: 'adopted' }],
  });
  expect(startsOf(task)).toHaveLength(1);
});

test.concurrent('no second agent is started beside one in the session of a second start, after a reset', async () => {
  const prompt = 'reset at the second session';
  t.simulator.fault({ kind: '5xx-before', on: 'start', text: prompt });
  const agent = anchor.webTask({ prompt });
  await t.perdure.start({ key: 'second-session', onUnknownStart: 'fail', agent });
  await running('second-session');
  expect(startsOf(prompt)).toHaveLength(1);
  expect(await resetRun(t.client, 'second-session', 'before-start')).toBe(true);
  expect(await t.perdure.get('second-session').outcome()).toMatchObject({
    status: 'unknown',
    fence: 'confirmed',
    cleanup: { left: [] },
  });
  expect(startsOf(prompt)).toHaveLength(1);
});

test.concurrent('a start that is under way when its run is reset is not sent by the execution that follows', async () => {
  const task = 'reset under way';
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const received = new Promise<void>((resolve) => {
    t.simulator.when({ on: 'start', text: task, phase: 'received', times: 1 }, () => {
      resolve();
      return released;
    });
  });
  const run = await t.perdure.start({ key: 'under-way', agent: browserbase.agentRun({ task }) });
  await received;
  // Any signal makes a workflow task while the start is under way, and so a place to reset to.
  await t.client.workflow.getHandle(run.workflowId).signal('perdure.changed', { generation: 99 });
  while (!(await resetToSecondTask(run.workflowId)));
  release();
  const outcome = await t.perdure.get('under-way').outcome();
  expect(outcome).toMatchObject({ status: 'completed', attempts: [{ generation: 1, outcome: 'adopted' }] });
  expect(startsOf(task)).toHaveLength(1);
});

/** Resets a run to its second workflow task, once there is one that has ended. */
async function resetToSecondTask(workflowId: string): Promise<boolean> {
  const handle = t.client.workflow.getHandle(workflowId);
  const { runId } = await handle.describe();
  const { events } = await t.client.workflow.getHandle(workflowId, runId).fetchHistory();
  const ends = (events ?? []).filter((event) => event.workflowTaskCompletedEventAttributes != null);
  const [, second] = ends;
  if (!second) return false;
  await t.client.workflowService.resetWorkflowExecution({
    namespace: t.client.options.namespace,
    workflowExecution: { workflowId: runWorkflowId('under-way'), runId },
    reason: 'a test',
    workflowTaskFinishEventId: second.eventId,
    requestId: 'reset-under-way',
  });
  return true;
}
