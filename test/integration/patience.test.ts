import { afterAll, beforeAll, expect, test } from 'vitest';
import { anchor, browserbase } from '../../src/core/builders.js';
import { endpointNames } from '../../src/core/endpoints.js';
import { type Simulator, startSimulator } from '../../src/simulator/simulator.js';
import { type PerdureTest, perdureTest } from '../../src/testing/perdure-test.js';
import { agentOf } from '../support/agents.js';
import { freePort } from '../support/free-port.js';

let t: PerdureTest;
let port: number;
beforeAll(async () => {
  port = await freePort();
  const baseUrl = `http://127.0.0.1:${port}`;
  t = await perdureTest({
    time: 'real',
    accounts: {
      'anchor/down': { apiKey: 'anchor-simulator-key', baseUrl: `${baseUrl}/anchor` },
      'browserbase/down': { apiKey: 'browserbase-simulator-key', baseUrl: `${baseUrl}/browserbase` },
      'anchor/gone': { apiKey: 'anchor-simulator-key', baseUrl: 'http://127.0.0.1:1/anchor' },
    },
  });
});
afterAll(async () => {
  expect(t.ledger.open).toEqual([]);
  await t.close();
});

const patient = { status: 'completed', cleanup: { confirmed: true, left: [] } };

function startsOf(text: string) {
  const starts = t.ledger.requests({ operation: 'start' });
  return starts.filter(({ body }) => JSON.stringify(body).includes(text));
}

test.concurrent.each(endpointNames)(
  'a 429 at the start of %s is waited out as told in seconds (fault matrix 3: 429 with Retry-After)',
  async (endpoint) => {
    const text = `seconds for ${endpoint}`;
    t.simulator.fault({ kind: '429', on: 'start', text, retryAfter: 2 });
    const run = await t.perdure.start({ key: `seconds-${endpoint}`, agent: agentOf(endpoint, text) });
    const outcome = await run.outcome();
    expect(outcome).toMatchObject({
      ...patient,
      attempts: [{ error: { code: 'rate-limited' } }, { outcome: 'accepted' }],
    });
    const [first, second, ...others] = startsOf(text);
    expect(others).toEqual([]);
    // A hundred milliseconds of the simulator's time pass in one of ours.
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(2_000 * 100);
    if (endpoint === 'browserbase.agentRun') return;
    expect(t.ledger.sessions.filter(({ tags }) => tags.includes(text))).toHaveLength(1);
  },
);

test.concurrent('a 429 is waited out as told by a date (fault matrix 3: 429 with a date)', async () => {
  const text = 'until a date';
  const retryAfter = new Date(Date.now() + 4_000);
  t.simulator.fault({ kind: '429', on: 'start', text, retryAfter });
  const told = Math.floor(retryAfter.getTime() / 1000) * 1000;
  const run = await t.perdure.start({ key: 'date', agent: agentOf('browserbase.agentRun', text) });
  let sentAt = 0;
  await t.simulator.next({ on: 'start', text, phase: 'replied' });
  const again = t.simulator.next({ on: 'start', text, phase: 'received' }).then(() => {
    sentAt = Date.now();
  });
  expect(await run.outcome()).toMatchObject(patient);
  await again;
  expect(sentAt).toBeGreaterThanOrEqual(told);
});

test.concurrent('a 429 without a word of how long is waited out with growing pauses (fault matrix 3: 429 with nothing)', async () => {
  const text = 'no word';
  t.simulator.fault({ kind: '429', on: 'start', text, times: 3 });
  const run = await t.perdure.start({ key: 'no-word', agent: agentOf('anchor.namedTask', text) });
  expect(await run.outcome()).toMatchObject(patient);
  const [a = 0, b = 0, c = 0, d = 0] = startsOf(text).map(({ at }) => at);
  expect([b - a >= 500, c - b >= 1_000, d - c >= 2_000]).toEqual([true, true, true]);
});

test.concurrent('a 429 at the opening of the session is waited out as told', async () => {
  const text = 'session later';
  t.simulator.fault({ kind: '429', on: 'session.create', text, retryAfter: 1 });
  const run = await t.perdure.start({ key: 'session-later', agent: agentOf('anchor.webTask', text) });
  expect(await run.outcome()).toMatchObject({
    ...patient,
    attempts: [{ outcome: 'refused' }, { outcome: 'accepted' }],
  });
  expect(startsOf(text)).toHaveLength(1);
});

test.concurrent('429s while a run is watched and finished slow it down and change nothing (fault matrix 3: 429 at other calls)', async () => {
  const text = 'watched slowly';
  t.simulator.fault({ kind: '429', on: 'status', text, retryAfter: 1, times: 2 });
  t.simulator.fault({ kind: '429', on: 'session.end', text, retryAfter: 1 });
  const run = await t.perdure.start({ key: 'slowly', agent: agentOf('anchor.task', text) });
  expect(await run.outcome()).toMatchObject(patient);
});

test.concurrent('a provider that is down when runs start is tried until it is up', async () => {
  const text = 'tried until up';
  const agents = [anchor.webTask({ prompt: text }), anchor.sessionAgent({ prompt: text })];
  const runs = await Promise.all([
    ...agents.map((agent) => t.perdure.start({ key: `down-${agent.endpoint}`, account: 'anchor/down', agent })),
    t.perdure.start({ key: 'down-b', account: 'browserbase/down', agent: browserbase.agentRun({ task: text }) }),
  ]);
  for (const run of runs) await refusedOnce(run.workflowId);
  const late: Simulator = await startSimulator({ port });
  try {
    for (const run of runs) {
      const outcome = await run.outcome();
      expect(outcome).toMatchObject(patient);
      expect(outcome.attempts[0]).toMatchObject({ outcome: 'refused', error: { code: 'provider-unreachable' } });
    }
    expect(late.ledger.requests({ operation: 'start' })).toHaveLength(runs.length);
    expect(late.ledger.open).toEqual([]);
  } finally {
    await late.close();
  }
});

test.concurrent('a provider that stays down ends the run at its deadline', async () => {
  const agent = anchor.webTask({ prompt: 'nobody there' });
  const run = await t.perdure.start({ key: 'gone', account: 'anchor/gone', agent, deadline: '20 min' });
  const outcome = await run.outcome();
  expect(outcome).toMatchObject({ status: 'timed-out', error: { code: 'deadline-exceeded' } });
  expect(outcome.attempts.length).toBeGreaterThan(1);
});

/** The first start of the run has been refused. */
async function refusedOnce(workflowId: string): Promise<void> {
  const handle = t.client.workflow.getHandle(workflowId);
  for (;;) {
    const { events } = await handle.fetchHistory();
    if (events?.some((event) => event.activityTaskCompletedEventAttributes)) return;
  }
}
