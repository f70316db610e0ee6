import { afterAll, beforeAll, expect, test } from 'vitest';
import { newRunInput } from '../../src/client/run-input.js';
import { endpointNames } from '../../src/core/endpoints.js';
import { defaultTaskQueue, runWorkflowId, wire } from '../../src/core/names.js';
import { type Watched, watcherId, watchersOf } from '../../src/core/watch.js';
import { type PerdureTest, perdureTest } from '../../src/testing/perdure-test.js';
import { agentOf, askingAgentOf } from '../support/agents.js';

let t: PerdureTest;
beforeAll(async () => {
  t = await perdureTest({ time: 'real' });
});
afterAll(async () => {
  expect(t.ledger.open).toEqual([]);
  await t.close();
});

/** Beyond what a busy machine takes for a test. */
const deadline = '10 hours';
const askers = ['anchor.webTask', 'anchor.sessionAgent', 'anchor.task', 'browserbase.agentRun'] as const;
const cancelled = {
  status: 'cancelled',
  error: { code: 'cancelled' },
  cleanup: { confirmed: true, left: [] },
};

/** Holds requests until `release` is called; `held` resolves when the first has come. */
function holding(
  where: { on: 'start' | 'status' | 'answer' | 'stop' | 'session.end'; text: string },
  phase: 'received' | 'effected',
) {
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const held = new Promise<void>((resolve) => {
    t.simulator.when({ ...where, phase, times: 1 }, () => {
      resolve();
      return released;
    });
  });
  return { held, release };
}

/** So many milliseconds of the provider's time have passed. */
function hasPassed(ms: number): Promise<void> {
  const { clock } = t.simulator;
  return new Promise((resolve) => void clock.wake(clock.now() + ms, resolve));
}

test.concurrent.each(endpointNames)(
  'a run of %s that is cancelled while it starts is stopped (fault matrix 5: cancel during the start)',
  async (endpoint) => {
    const text = `cancel while starting ${endpoint}`;
    t.simulator.on(endpoint, { text }).neverEnds();
    const { held, release } = holding({ on: 'start', text }, 'effected');
    const run = await t.perdure.start({ key: `starting-${endpoint}`, agent: agentOf(endpoint, text) });
    await held;
    await run.cancel();
    release();
    expect(await run.outcome()).toMatchObject(cancelled);
    expect(t.ledger.effects(endpoint).filter(({ detail }) => String(detail).includes(text))).toHaveLength(1);
  },
);

test.concurrent.each(endpointNames)(
  'a run of %s that is cancelled behind a 429 is never started (fault matrix 5: cancel between starts)',
  async (endpoint) => {
    const text = `cancel behind 429 ${endpoint}`;
    t.simulator.fault({ kind: '429', on: 'start', text, retryAfter: 'absurd', times: 'always' });
    const refused = t.simulator.next({ on: 'start', text, phase: 'replied' });
    const run = await t.perdure.start({ key: `queued-${endpoint}`, agent: agentOf(endpoint, text) });
    await refused;
    await run.cancel();
    expect(await run.outcome()).toMatchObject({ ...cancelled, attempts: [{ outcome: 'refused' }] });
  },
);

test.concurrent.each(endpointNames)(
  'a run of %s that is cancelled while it runs is stopped (fault matrix 5: cancel while watched)',
  async (endpoint) => {
    const text = `cancel while running ${endpoint}`;
    t.simulator.on(endpoint, { text }).neverEnds();
    const accepted = t.simulator.next({ on: 'start', text, phase: 'effected' });
    const run = await t.perdure.start({ key: `running-${endpoint}`, agent: agentOf(endpoint, text) });
    const { runId } = await accepted;
    await run.cancel();
    const outcome = await run.outcome();
    expect(outcome).toMatchObject(cancelled);
    expect(outcome.attempts).toHaveLength(1);
    if (endpoint !== 'browserbase.agentRun') return;
    expect(outcome.provider.status).toBe('STOPPED');
    expect(t.ledger.effects({ effect: 'stop', runId })).toHaveLength(1);
  },
);

test.concurrent.each(askers)(
  'a run of %s that is cancelled while it waits for a person is stopped (fault matrix 5: cancel at a question)',
  async (endpoint) => {
    const text = `cancel while asking ${endpoint}`;
    t.simulator.on(endpoint, { text }).neverEnds().asks({ message: 'Which one?', after: '5 s' });
    const run = await t.perdure.start({ key: `asking-${endpoint}`, agent: askingAgentOf(endpoint, text) });
    await t.nextQuestion(run);
    await run.cancel();
    expect(await run.outcome()).toMatchObject({ ...cancelled, questions: [{ state: 'gone' }] });
  },
);

test.concurrent.each(['anchor.webTask', 'browserbase.agentRun'] as const)(
  'an answer to %s whose last attempt fails while its run is being cancelled may have arrived, and is told as unknown',
  async (endpoint) => {
    const text = `cancel while answering ${endpoint}`;
    t.simulator.on(endpoint, { text }).neverEnds().asks({ message: 'Which one?', after: '5 s' });
    t.simulator.fault({ kind: '5xx-after', on: 'answer', text });
    const answer = holding({ on: 'answer', text }, 'effected');
    const end = holding({ on: endpoint === 'browserbase.agentRun' ? 'stop' : 'session.end', text }, 'received');
    // Heartbeats so rare that whoever gives the answer does not hear of the cancel, and requests that are held do not time out.
    const timings = { heartbeat: 3_600_000, request: 3_600_000, release: 3_600_000 };
    const agent = askingAgentOf(endpoint, text);
    const run = await t.perdure.start({ key: `answering-${endpoint}`, agent, timings, deadline });
    const question = await t.nextQuestion(run);
    expect(await t.answer(question, 'this', { by: 'ann' })).toEqual({ accepted: true });
    await answer.held;
    await run.cancel();
    await end.held;
    await expect.poll(() => stateOf(run, 'perdureAnswer'), { timeout: 30_000 }).toBeOneOf([cancelRequested, undefined]);
    answer.release();
    await expect.poll(() => stateOf(run, 'perdureAnswer'), { timeout: 30_000 }).toBeUndefined();
    end.release();
    const outcome = await run.outcome();
    expect(outcome).toMatchObject({ ...cancelled, questions: [{ state: 'unknown', closed: true, by: 'ann' }] });
    expect(t.ledger.effects({ effect: 'answer', runId: outcome.provider.runId })).toHaveLength(1);
  },
);

test.concurrent('a run whose call has returned keeps what it brought when it is cancelled while its answer is on its way', async () => {
  const text = 'returned and cancelled';
  const endpoint = 'anchor.sessionAgent';
  t.simulator.on(endpoint, { text }).lasts('20 s').asks({ message: 'Which one?', after: '5 s' }).returns({ total: 12 });
  const answer = holding({ on: 'answer', text }, 'effected');
  const agent = askingAgentOf(endpoint, text);
  const run = await t.perdure.start({ key: 'returned', agent, timings: { request: 3_600_000 }, deadline });
  expect(await t.answer(await t.nextQuestion(run), 'this', { by: 'ann' })).toEqual({ accepted: true });
  await answer.held;
  await expect.poll(() => stateOf(run, 'perdureRunBlocking'), { timeout: 30_000 }).toBeUndefined();
  await run.cancel();
  const outcome = await run.outcome();
  answer.release();
  expect(outcome).toMatchObject({ status: 'completed', result: { total: 12 }, attempts: [{ outcome: 'accepted' }] });
  const { sessionId } = outcome.provider;
  expect(t.ledger.open.filter(({ id }) => id === sessionId)).toEqual([]);
});

/** `PENDING_ACTIVITY_STATE_CANCEL_REQUESTED` */
const cancelRequested = 3;

/** How it stands with an activity of this type; undefined where there is none. */
async function stateOf({ workflowId }: { workflowId: string }, type: string): Promise<number | undefined> {
  const { raw } = await t.client.workflow.getHandle(workflowId).describe();
  return raw.pendingActivities?.find(({ activityType }) => activityType?.name === type)?.state ?? undefined;
}

test.concurrent.each(endpointNames.filter((name) => name !== 'browserbase.agentRun'))(
  'a run of %s that is cancelled while it finishes keeps its result (fault matrix 5: cancel at the end)',
  async (endpoint) => {
    const text = `cancel while finishing ${endpoint}`;
    t.simulator.on(endpoint, { text }).returns({ total: 3 });
    const { held, release } = holding({ on: 'session.end', text }, 'received');
    const run = await t.perdure.start({ key: `finishing-${endpoint}`, agent: agentOf(endpoint, text) });
    await held;
    await run.cancel();
    release();
    expect(await run.outcome()).toMatchObject({ status: 'completed', result: { total: 3 } });
  },
);

test.concurrent.each(['anchor.webTask', 'anchor.task', 'anchor.namedTask', 'browserbase.agentRun'] as const)(
  'a run of %s that completes in the moment of its cancel keeps its result (fault matrix 6: stop of a finished run)',
  async (endpoint) => {
    const text = `completes when cancelled ${endpoint}`;
    t.simulator.on(endpoint, { text }).lasts('20 s').returns({ total: 4 });
    const { held, release } = holding({ on: 'status', text }, 'effected');
    const run = await t.perdure.start({ key: `moment-${endpoint}`, agent: agentOf(endpoint, text) });
    await held;
    await hasPassed(30_000);
    await run.cancel();
    release();
    expect(await run.outcome()).toMatchObject({ status: 'completed', result: { total: 4 } });
  },
);

test.concurrent.each([agentOf, askingAgentOf])(
  'a blocking call that is answered in the moment of its cancel keeps its result (%o)',
  async (make) => {
    const text = `answered when cancelled ${make.name}`;
    t.simulator.on('anchor.sessionAgent', { text }).lasts('5 s').returns({ total: 5 });
    const { held, release } = holding({ on: 'start', text }, 'effected');
    // The worker hears of a cancel by its heartbeats.
    const timings = { heartbeat: 3_600_000 };
    const agent = make('anchor.sessionAgent', text);
    const run = await t.perdure.start({ key: `answered-${make.name}`, agent, timings });
    await held;
    await run.cancel();
    release();
    expect(await run.outcome()).toMatchObject({ status: 'completed', result: { total: 5 } });
  },
);

test.concurrent('a run that is cancelled before a worker has seen it is never started', async () => {
  const text = 'cancelled unseen';
  const options = { key: 'unseen', agent: agentOf('anchor.webTask', text) };
  const input = newRunInput(options, { deployment: () => 'test', taskQueue: 'perdure', timeScale: 0.01 });
  const handle = await t.client.workflow.start('agentRun', {
    workflowId: runWorkflowId('unseen'),
    taskQueue: 'perdure',
    startDelay: '1 second',
    args: [input],
  });
  await handle.cancel();
  expect(await handle.result()).toMatchObject({ status: 'cancelled', attempts: [] });
  expect(t.ledger.runs.filter((run) => run.text.includes(text))).toEqual([]);
});

test.concurrent('a run whose status can not be read is stopped all the same', async () => {
  const text = 'unreadable but stoppable';
  t.simulator.on('browserbase.agentRun', { text }).neverEnds();
  t.simulator.fault({ kind: '5xx-before', on: 'status', text, times: 'always' });
  const seen = t.simulator.next({ on: 'status', text, phase: 'replied' });
  const run = await t.perdure.start({ key: 'unreadable', agent: agentOf('browserbase.agentRun', text) });
  await seen;
  await run.cancel();
  const outcome = await run.outcome();
  const { runId } = outcome.provider;
  expect(outcome).toMatchObject({ status: 'cancelled', cleanup: { confirmed: false, left: [`run:${runId}`] } });
  expect(t.ledger.effects({ effect: 'stop', runId })).not.toEqual([]);
});

/** A run at Browserbase that never ends, looked at once and then for a long time not again. */
async function startUnwatched(text: string, timings: object = {}) {
  t.simulator.on('browserbase.agentRun', { text }).neverEnds();
  const cadence = { first: 36_000_000, max: 36_000_000 };
  const agent = agentOf('browserbase.agentRun', text);
  const key = text.replaceAll(' ', '-');
  const run = await t.perdure.start({ key, agent, timings: { ...timings, cadence }, deadline });
  // By itself or by the list of many: only its watcher knows.
  await expect.poll(() => looksAt(run.workflowId), { timeout: 60_000 }).toBe(1);
  return run;
}

/** How often its watcher has looked at a run. */
async function looksAt(id: string): Promise<number | undefined> {
  const places = watchersOf('browserbase/default', defaultTaskQueue);
  const rosters = places.map((place) =>
    t.client.workflow
      .getHandle(watcherId(place))
      .query<Watched[], [number, number, number]>(wire.due, Number.MAX_SAFE_INTEGER, 0, 300)
      .catch(() => []),
  );
  return (await Promise.all(rosters)).flat().find((run) => run.id === id)?.looks;
}

test.concurrent.each<{ operations: ('status' | 'stop')[] }>([
  { operations: ['status'] },
  { operations: ['status', 'stop'] },
])(
  'a run that its provider does not find for a moment when it is cancelled ($operations) is stopped',
  async ({ operations }) => {
    const text = `blinks at ${operations.length} when cancelled`;
    const run = await startUnwatched(text);
    for (const on of operations) t.simulator.fault({ kind: 'not-found', on, text });
    await run.cancel();
    const outcome = await run.outcome();
    expect(outcome).toMatchObject({ ...cancelled, provider: { status: 'STOPPED' } });
    expect(t.ledger.effects({ effect: 'stop', runId: outcome.provider.runId })).toHaveLength(1);
  },
);

test.concurrent('a run that takes its time to stop is asked once, however often it is looked at meanwhile', async () => {
  const text = 'stops slowly';
  t.simulator.on('browserbase.agentRun', { text }).neverEnds().takesToStop('20 s');
  const accepted = t.simulator.next({ on: 'start', text, phase: 'replied' });
  const run = await t.perdure.start({ key: 'stops-slowly', agent: agentOf('browserbase.agentRun', text) });
  await accepted;
  await run.cancel();
  const outcome = await run.outcome();
  expect(outcome).toMatchObject({ ...cancelled, provider: { status: 'STOPPED' } });
  expect(t.ledger.effects({ effect: 'stop', runId: outcome.provider.runId })).toHaveLength(1);
});

test.concurrent('a run that its provider may find again after its cancel is told as left', async () => {
  const text = 'out of sight';
  const run = await startUnwatched(text, { release: 4_000, notFoundGrace: '1 hour' });
  t.simulator.fault({ kind: 'not-found', on: 'status', text, times: 'always' });
  await run.cancel();
  const outcome = await run.outcome();
  const { runId } = outcome.provider;
  expect(outcome).toMatchObject({ status: 'cancelled', cleanup: { confirmed: false, left: [`run:${runId}`] } });
  expect(t.ledger.effects({ effect: 'stop', runId })).toHaveLength(1);
});
