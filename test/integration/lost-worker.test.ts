import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type EndpointName, endpointNames } from '../../src/core/endpoints.js';
import type { RunHandle } from '../../src/client/run-handle.js';
import type { Question } from '../../src/core/question.js';
import type { HookWhere } from '../../src/simulator/hook.js';
import { startWorker } from '../../src/worker/run-worker.js';
import { resetRun } from '../faults/reset.js';
import { agentOf, askingAgentOf } from '../support/agents.js';
import { historyText } from '../support/history-text.js';
import { endProcess, openStage, type Stage } from '../support/stage.js';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(async () => {
  expect(stage.simulator.ledger.open).toEqual([]);
  await stage.close();
});

const deadline = '20 hours';
const clean = { confirmed: true, left: [] };

test('a worker that is killed while runs wait is followed, after every time-out, by another with the same results (fault matrix 7: all workers down)', async () => {
  const { simulator, perdure } = stage;
  const worker = await stage.forkWorker();
  simulator.on('*', { text: 'worker killed' }).lasts('5 hours').returns({ total: 12 });
  const runs = await Promise.all(
    endpointNames.map((endpoint) => {
      const agent = agentOf(endpoint, `worker killed ${endpoint}`);
      return perdure.start({ key: `killed-${endpoint}`, agent, deadline, onUnknownStart: 'fail' });
    }),
  );
  while (simulator.ledger.effects({ effect: 'start' }).length < runs.length) {
    await simulator.next({ phase: 'replied' });
  }
  await allAreRunning(runs);
  await endProcess(worker);
  await nobodyWorksOn(runs);
  const next = await startWorker(stage.workerOptions);
  await simulator.clock.advance('5 hours');
  try {
    for (const outcome of await Promise.all(runs.map((run) => run.outcome()))) {
      const { endpoint } = outcome;
      expect(simulator.ledger.effects(endpoint)).toHaveLength(1);
      if (endpoint === 'anchor.sessionAgent') {
        expect(outcome).toMatchObject({ status: 'unknown', error: { code: 'start-unknown' }, cleanup: clean });
      } else {
        expect(outcome).toMatchObject({ status: 'completed', result: { total: 12 }, cleanup: clean });
      }
    }
  } finally {
    await next.stop();
  }
}, 120_000);

test.each(['anchor.webTask', 'browserbase.agentRun'] as const)(
  'a run of %s that is reset and cancelled before any worker sees it ends what it had started before',
  async (endpoint) => {
    const { simulator, perdure, client, workerOptions } = stage;
    const key = `reset-unseen-${endpoint}`;
    simulator.on(endpoint, { text: key }).neverEnds();
    const worker = await startWorker(workerOptions);
    const run = await perdure.start({ key, agent: agentOf(endpoint, key) });
    await allAreRunning([run]);
    await worker.stop();
    expect(await resetRun(client, key, 'before-start')).toBe(true);
    await perdure.get(key).cancel();
    const next = await startWorker(workerOptions);
    try {
      expect(await perdure.get(key).outcome()).toMatchObject({
        status: 'cancelled',
        attempts: [{ generation: 1, outcome: 'unknown' }],
        cleanup: clean,
      });
      expect(simulator.ledger.open).toEqual([]);
    } finally {
      await next.stop();
    }
  },
  120_000,
);

test('a worker that is killed around starts doubles none, and what was started is found again (fault matrix 1: worker SIGKILL around the start)', async () => {
  const { simulator, perdure } = stage;
  simulator.on('*', { text: 'around' }).lasts('2 min').returns({ total: 12 });
  const worker = await stage.forkWorker();
  const points = [
    { text: 'around: before it is sent', endpoint: 'anchor.webTask', on: 'session.create', status: 'completed' },
    { text: 'around: after it is sent', endpoint: 'browserbase.agentRun', on: 'start', status: 'completed' },
  ] as const;
  const gone = new AbortController();
  const held = points.map(({ text, on }) => hold({ on, text, phase: 'effected' }, gone.signal));
  const options = { onUnknownStart: 'fail', timings: { sendWindow: 2_000, startRequest: 2_000 }, deadline } as const;
  const start = (text: string, endpoint: EndpointName) =>
    perdure.start({ ...options, key: text.replaceAll(/\W+/g, '-'), agent: agentOf(endpoint, text) });
  const runs = await Promise.all(points.map(({ text, endpoint }) => start(text, endpoint)));
  await Promise.all(held);
  const answered = simulator.next({ on: 'start', text: 'around: after its answer', phase: 'replied' });
  runs.push(await start('around: after its answer', 'browserbase.agentRun'));
  await answered;
  await endProcess(worker);
  gone.abort();
  const next = await startWorker(stage.workerOptions);
  try {
    for (const run of runs) {
      const outcome = await run.outcome();
      expect(outcome, run.key).toMatchObject({ status: 'completed', result: { total: 12 }, cleanup: clean });
    }
    const started = simulator.ledger.runs.filter(({ text }) => text.includes('around'));
    expect(started).toHaveLength(runs.length);
  } finally {
    await next.stop();
  }
}, 120_000);

test('a worker that is shut down in the middle of a blocking call leaves an unknown run and no session (fault matrix 7: graceful end)', async () => {
  const { simulator, perdure } = stage;
  simulator.on('anchor.sessionAgent', { text: 'shut down' }).neverEnds();
  const worker = await startWorker(stage.workerOptions);
  const accepted = simulator.next({ on: 'start', text: 'shut down', phase: 'effected' });
  const agent = agentOf('anchor.sessionAgent', 'shut down');
  const run = await perdure.start({ key: 'shut-down', agent, onUnknownStart: 'fail' });
  await accepted;
  await worker.stop();
  const next = await startWorker(stage.workerOptions);
  try {
    const outcome = await run.outcome();
    expect(outcome).toMatchObject({ status: 'unknown', error: { code: 'start-unknown' }, cleanup: clean });
    expect(simulator.ledger.runs.filter(({ text }) => text === 'shut down')).toHaveLength(1);
  } finally {
    await next.stop();
  }
}, 120_000);

test('a run that is cancelled while a lost worker might still start it is not told as ended', async () => {
  const { simulator, perdure } = stage;
  const text = 'cancelled while its worker is lost';
  simulator.fault({ kind: 'hang-before', on: 'session.create', text });
  const held = simulator.next({ on: 'session.create', text, phase: 'received' });
  const worker = await stage.forkWorker();
  const run = await perdure.start({ key: 'lost-and-cancelled', agent: agentOf('anchor.webTask', text) });
  await held;
  await endProcess(worker);
  const next = await startWorker(stage.workerOptions);
  try {
    await run.cancel();
    const { status, cleanup, attempts } = await run.outcome();
    const lost = attempts.find(({ outcome }) => outcome === 'unknown');
    expect({ status, cleanup }).toEqual({
      status: 'unknown',
      cleanup: { confirmed: false, left: [expect.stringMatching(/^session:perdure-test-.*-g1$/)] },
    });
    expect(lost?.fence).toBeUndefined();
  } finally {
    await next.stop();
  }
}, 120_000);

test('an answer that no worker takes in time is left for the next one, and counts once', async () => {
  const { simulator, perdure } = stage;
  const agent = askingAgentOf('browserbase.agentRun', 'nobody listens');
  simulator.on('browserbase.agentRun', { text: 'nobody listens' }).asks({ message: 'Which one?' });
  const worker = await startWorker(stage.workerOptions);
  const run = await perdure.start({ key: 'nobody-listens', agent, deadline });
  let asked = await perdure.questions();
  while (asked.length === 0) asked = await perdure.questions();
  await worker.stop();
  const id = asked[0]?.id ?? '';
  expect(await perdure.answer(id, 'the first', { by: 'ann' })).toEqual({ accepted: true, pending: true });
  const next = await startWorker(stage.workerOptions);
  try {
    const outcome = await run.outcome();
    expect(outcome).toMatchObject({ status: 'completed', questions: [{ state: 'applied', by: 'ann' }] });
    expect(simulator.ledger.effects({ effect: 'answer', runId: outcome.provider.runId })).toHaveLength(1);
  } finally {
    await next.stop();
  }
}, 120_000);

test('an answer that may not be stored is not left for the next worker either', async () => {
  const { simulator, perdure, client } = stage;
  const agent = askingAgentOf('browserbase.agentRun', 'a code, and nobody listens');
  simulator.on('browserbase.agentRun', { text: 'a code, and nobody' }).asks({ message: 'Which code?' });
  const worker = await startWorker(stage.workerOptions);
  const run = await perdure.start({ key: 'nobody-hears-a-code', agent, deadline, questions: { direct: true } });
  const { id } = await firstQuestion(run);
  await worker.stop();
  const verdict = await perdure.answer(id, 'code-471147', { by: 'ann' });
  expect(verdict).toMatchObject({ accepted: false, reason: expect.stringContaining('may not be stored') });
  const next = await startWorker(stage.workerOptions);
  try {
    await run.cancel();
    expect(await run.outcome()).toMatchObject({ status: 'cancelled', questions: [{ state: 'gone' }] });
    expect(await historyText(client, run.workflowId)).not.toContain('code-471147');
  } finally {
    await next.stop();
  }
}, 120_000);

test('an answer whose worker is killed is unknown where it was on its way when its question was closed, and gone where it was never sent (fault matrix 9: worker SIGKILL around an answer)', async () => {
  const { simulator, perdure } = stage;
  const worker = await stage.forkWorker();
  const patience = '3 hours';
  const run = async (text: string) => {
    const agent = askingAgentOf('anchor.webTask', text);
    simulator.on('anchor.webTask', { text }).lasts('1 min').asks({ message: 'Which one?', after: '5 s', patience });
    const timings = { request: 3_600_000 };
    const handle = await perdure.start({ key: text.replaceAll(' ', '-'), agent, timings, deadline });
    return { handle, question: await firstQuestion(handle) };
  };
  const [sent, unsent] = [await run('answer on its way'), await run('answer not sent')];
  const gone = new AbortController();
  const arrived = hold({ on: 'answer', text: 'answer on its way', phase: 'effected' }, gone.signal);
  void hold({ on: 'questions', text: 'answer not sent', phase: 'received', times: 'always' }, gone.signal);
  for (const { handle, question } of [sent, unsent]) await handle.answer(question.id, 'the first', { by: 'ann' });
  await arrived;
  await somebodyWorksOn(unsent.handle, 'perdureAnswer');
  await endProcess(worker);
  await simulator.clock.advance(patience);
  gone.abort();
  const next = await startWorker(stage.workerOptions);
  try {
    for (const [{ handle }, state, times] of [
      [sent, 'unknown', 1],
      [unsent, 'gone', 0],
    ] as const) {
      const { status, questions, provider } = await handle.outcome();
      expect({ status, questions }).toMatchObject({ status: 'completed', questions: [{ state, by: 'ann' }] });
      expect(simulator.ledger.effects({ effect: 'answer', runId: provider.runId })).toHaveLength(times);
    }
  } finally {
    await next.stop();
  }
}, 120_000);

/** Every run has told that its start was accepted. */
async function allAreRunning(runs: { status(): Promise<{ status: string }> }[]): Promise<void> {
  for (const run of runs) while ((await run.status()).status !== 'running');
}

/** The question that a run waits with. */
async function firstQuestion(run: RunHandle): Promise<Question> {
  for (;;) {
    const [question] = await run.questions();
    if (question) return question;
    await stage.simulator.next({ phase: 'replied' });
  }
}

/** `PENDING_ACTIVITY_STATE_STARTED` */
const taken = 2;

/** A worker has taken an activity of this type. */
async function somebodyWorksOn({ workflowId }: RunHandle, type: string): Promise<void> {
  const handle = stage.client.workflow.getHandle(workflowId);
  const isTaken = async () => {
    const { pendingActivities = [] } = (await handle.describe()).raw;
    return pendingActivities?.some(({ activityType, state }) => activityType?.name === type && state === taken);
  };
  await expect.poll(isTaken, { timeout: 30_000 }).toBe(true);
}

/** The server has given up every call that a worker had taken. */
async function nobodyWorksOn(runs: { workflowId: string }[]): Promise<void> {
  for (const { workflowId } of runs) {
    const handle = stage.client.workflow.getHandle(workflowId);
    await expect
      .poll(async () => (await handle.describe()).raw.pendingActivities?.map(({ state }) => state), { timeout: 30_000 })
      .not.toContain(taken);
  }
}

/** Holds such a request, the next one unless told otherwise, until the signal; resolves when the first has come. */
function hold(where: HookWhere, signal: AbortSignal): Promise<void> {
  const released = once(signal, 'abort').then(() => undefined);
  return new Promise((resolve) => {
    stage.simulator.when({ times: 1, ...where }, () => {
      resolve();
      return released;
    });
  });
}
