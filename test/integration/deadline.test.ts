import { afterAll, beforeAll, expect, test } from 'vitest';
import { browserbase } from '../../src/core/builders.js';
import { endpointNames } from '../../src/core/endpoints.js';
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

const deadline = '3 min';
/** Five seconds here: a worker that is short of time must not be taken for a dead one. */
const timings = { heartbeat: 500_000 };
const timedOut = {
  status: 'timed-out',
  error: { code: 'deadline-exceeded', hint: expect.stringMatching(/\w/) },
  cleanup: { confirmed: true, left: [] },
};

test.concurrent.each(endpointNames)('a run of %s that outlasts its deadline is stopped', async (endpoint) => {
  const text = `outlasts ${endpoint}`;
  t.simulator.on(endpoint, { text }).neverEnds();
  const run = await t.perdure.start({ key: `outlasts-${endpoint}`, agent: agentOf(endpoint, text), deadline, timings });
  const outcome = await run.outcome();
  expect(outcome).toMatchObject(timedOut);
  if (endpoint !== 'browserbase.agentRun') return;
  expect(outcome.provider.status).toBe('STOPPED');
  expect(t.ledger.effects({ effect: 'stop', runId: outcome.provider.runId })).toHaveLength(1);
});

test.concurrent.each(endpointNames)(
  'a deadline that passes while %s starts stops what was started',
  async (endpoint) => {
    const text = `late at the start ${endpoint}`;
    t.simulator.on(endpoint, { text }).neverEnds();
    t.simulator.fault({ kind: 'slow-after', on: 'start', text, delayMs: 2_500 });
    const run = await t.perdure.start({ key: `late-${endpoint}`, agent: agentOf(endpoint, text), deadline, timings });
    expect(await run.outcome()).toMatchObject(timedOut);
  },
);

test.concurrent.each(endpointNames)(
  'a deadline that passes behind a 429 of %s ends the run (fault matrix 3: absurd Retry-After)',
  async (endpoint) => {
    const text = `deadline behind 429 ${endpoint}`;
    t.simulator.fault({ kind: '429', on: 'start', text, retryAfter: 'absurd', times: 'always' });
    const run = await t.perdure.start({
      key: `limited-${endpoint}`,
      agent: agentOf(endpoint, text),
      deadline,
      timings,
    });
    expect(await run.outcome()).toMatchObject({ ...timedOut, attempts: [{ outcome: 'refused' }] });
  },
);

test.concurrent('a deadline that passes behind a 429 at the opening of the session ends the run', async () => {
  const text = 'no session for now';
  t.simulator.fault({ kind: '429', on: 'session.create', text, retryAfter: 'absurd', times: 'always' });
  const run = await t.perdure.start({ key: 'no-session', agent: agentOf('anchor.task', text), deadline });
  const outcome = await run.outcome();
  expect(outcome).toMatchObject({ ...timedOut, attempts: [{ error: { code: 'rate-limited' } }] });
  expect(outcome.provider.sessionId).toBeUndefined();
});

test.concurrent('a result off its schema that the deadline finds is told as such', async () => {
  const task = 'completed at the deadline';
  t.simulator.on('browserbase.agentRun', { text: task }).lasts('1 s').returns({ nothing: 1 });
  const result = { type: 'object', required: ['of'] };
  // The first look comes after the deadline.
  const cadence = { first: 600_000, max: 600_000 };
  const agent = browserbase.agentRun({ task });
  const run = await t.perdure.start({ key: 'at-deadline', agent, result, deadline, timings: { ...timings, cadence } });
  expect(await run.outcome()).toMatchObject({ status: 'failed', error: { code: 'result-invalid' } });
});

test.concurrent('the end of a session that is put off for an absurd time is tried again', async () => {
  const text = 'end put off';
  t.simulator.on('anchor.webTask', { text }).neverEnds();
  t.simulator.fault({ kind: '429', on: 'session.end', text, retryAfter: 'absurd' });
  const agent = agentOf('anchor.webTask', text);
  const run = await t.perdure.start({ key: 'put-off', agent, deadline, timings });
  expect(await run.outcome()).toMatchObject(timedOut);
});

const askers = ['anchor.webTask', 'anchor.sessionAgent', 'anchor.task', 'browserbase.agentRun'] as const;

test.concurrent.each(askers)('a question of %s that nobody answers ends with the deadline', async (endpoint) => {
  const text = `unanswered ${endpoint}`;
  t.simulator.on(endpoint, { text }).neverEnds().asks({ message: 'Which one?', after: '5 s' });
  const agent = askingAgentOf(endpoint, text);
  const run = await t.perdure.start({ key: `unanswered-${endpoint}`, agent, deadline: '20 min', timings });
  expect(await run.outcome()).toMatchObject({ ...timedOut, questions: [{ state: 'gone' }] });
});

test.concurrent('a deadline that passes while the run finishes leaves its result alone', async () => {
  const text = 'finishes late';
  t.simulator.on('anchor.webTask', { text }).lasts('1 s').returns({ total: 9 });
  t.simulator.fault({ kind: 'slow', on: 'session.end', text, delayMs: 2_500 });
  const run = await t.perdure.start({ key: 'finishes-late', agent: agentOf('anchor.webTask', text), deadline });
  expect(await run.outcome()).toMatchObject({ status: 'completed', result: { total: 9 }, cleanup: { left: [] } });
});

test.concurrent('a run whose every look hangs is read once more when it has been stopped', async () => {
  const text = 'every look hangs';
  t.simulator.on('anchor.task', { text }).lasts('5 s').returns({ total: 11 });
  t.simulator.fault({ kind: 'hang-before', on: 'status', text, times: 3 });
  const agent = agentOf('anchor.task', text);
  const run = await t.perdure.start({ key: 'hangs', agent, deadline: '1 min', timings: { request: 800 } });
  expect(await run.outcome()).toMatchObject({ status: 'completed', result: { total: 11 }, cleanup: { left: [] } });
});

test("a provider's clock that jumps ahead by hours brings no deadline nearer (fault matrix 16: clock jumps)", async () => {
  const text = 'clock jumps';
  t.simulator.on('browserbase.agentRun', { text }).lasts('5 hours').returns({ total: 10 });
  const looked = t.simulator.next({ on: 'status', text, phase: 'replied' });
  const agent = agentOf('browserbase.agentRun', text);
  const run = await t.perdure.start({ key: 'jumps', agent, deadline: '1 hour', timings });
  await looked;
  await t.simulator.clock.advance('5 hours');
  expect(await run.outcome()).toMatchObject({ status: 'completed', result: { total: 10 }, cleanup: { left: [] } });
});
