import { afterAll, beforeAll, expect, test } from 'vitest';
import { endpointNames } from '../../src/core/endpoints.js';
import type { Fault, FaultKind } from '../../src/simulator/fault.js';
import { type PerdureTest, perdureTest } from '../../src/testing/perdure-test.js';
import { agentOf } from '../support/agents.js';

let t: PerdureTest;
const maybeLeft = new Set<string>();
beforeAll(async () => {
  t = await perdureTest({ time: 'real' });
});
afterAll(async () => {
  expect(t.ledger.open.filter(({ id }) => !maybeLeft.has(id))).toEqual([]);
  await t.close();
});

const polled = endpointNames.filter((endpoint) => endpoint !== 'anchor.sessionAgent');
const passing: FaultKind[] = [
  'reset-before',
  'reply-lost',
  '5xx-before',
  '5xx-after',
  'html',
  'half-json',
  'cut-body',
  'empty',
  'wrong-shape',
  'huge',
  'slow',
  'hang-before',
];
const passingFaults = passing.flatMap((kind, index) => {
  const endpoint = polled[index % polled.length] ?? 'anchor.webTask';
  return [{ kind, endpoint }];
});

test.concurrent.each(passingFaults)(
  'an answer to a look at $endpoint that is broken by $kind is asked for again (fault matrix 11: HTML and broken JSON)',
  async ({ kind, endpoint }) => {
    const text = `look broken by ${kind}`;
    t.simulator.on(endpoint, { text }).lasts('1 min').returns({ total: 1 });
    t.simulator.fault({ kind, on: 'status', text, times: 2, delayMs: 300 });
    const run = await t.perdure.start({ key: `look-${kind}`, agent: agentOf(endpoint, text) });
    expect(await run.outcome()).toMatchObject({ status: 'completed', result: { total: 1 }, cleanup: { left: [] } });
  },
);

test.concurrent.each(passing)('the end of a session whose answer is broken by %s is asked for again', async (kind) => {
  const text = `end broken by ${kind}`;
  t.simulator.on('anchor.task', { text }).returns({ total: 2 });
  t.simulator.fault({ kind, on: 'session.end', text, delayMs: 300 });
  t.simulator.fault({ kind, on: 'session.get', text, delayMs: 300 });
  const run = await t.perdure.start({ key: `end-${kind}`, agent: agentOf('anchor.task', text) });
  expect(await run.outcome()).toMatchObject({
    status: 'completed',
    result: { total: 2 },
    cleanup: { confirmed: true, left: [] },
  });
});

test.concurrent.each(passing)(
  'a stop whose answer is broken by %s is asked for again (fault matrix 6: stop fails)',
  async (kind) => {
    const text = `stop broken by ${kind}`;
    t.simulator.on('browserbase.agentRun', { text }).neverEnds();
    t.simulator.fault({ kind, on: 'stop', text, delayMs: 300 });
    const accepted = t.simulator.next({ on: 'start', text, phase: 'replied' });
    const run = await t.perdure.start({ key: `stop-${kind}`, agent: agentOf('browserbase.agentRun', text) });
    await accepted;
    await run.cancel();
    expect(await run.outcome()).toMatchObject({ status: 'cancelled', cleanup: { confirmed: true, left: [] } });
  },
);

const lasting: Fault[] = [
  { kind: '5xx-before', on: 'status', times: 'always' },
  { kind: 'html', on: 'status', times: 'always' },
  { kind: 'status', status: 401, on: 'status', times: 'always' },
];

test.concurrent.each(lasting)(
  'a run that can not be looked at ($kind) is stopped at its deadline, its session ended',
  async (fault) => {
    const text = `never readable ${fault.kind}`;
    t.simulator.on('anchor.webTask', { text }).neverEnds();
    t.simulator.fault({ ...fault, text });
    const options = { key: text.replaceAll(' ', '-'), agent: agentOf('anchor.webTask', text), deadline: '2 min' };
    const run = await t.perdure.start(options);
    expect(await run.outcome()).toMatchObject({ status: 'timed-out', cleanup: { confirmed: true, left: [] } });
  },
);

test.concurrent('a result that can not be read any more ends the run unknown as result-unreadable', async () => {
  const text = 'result unreadable';
  t.simulator.on('anchor.webTask', { text }).lasts('1 s');
  // The first look is held until the run has ended, so that it shows the end; no other look is answered.
  t.simulator.when({ on: 'status', text, phase: 'received', times: 1 }, () => hasPassed(2_000));
  t.simulator.fault({ kind: '5xx-before', on: 'status', text, after: 1, times: 'always' });
  const run = await t.perdure.start({ key: 'unreadable', agent: agentOf('anchor.webTask', text) });
  expect(await run.outcome()).toMatchObject({
    status: 'unknown',
    error: { code: 'result-unreadable' },
    cleanup: { confirmed: true, left: [] },
  });
});

test.concurrent('a session that can not be ended is named in the outcome, and the result is kept', async () => {
  const text = 'never ended';
  t.simulator.on('anchor.webTask', { text }).returns({ total: 3 });
  t.simulator.fault({ kind: '5xx-before', on: 'session.end', text, times: 'always' });
  const run = await t.perdure.start({ key: 'never-ended', agent: agentOf('anchor.webTask', text) });
  const outcome = await run.outcome();
  const id = outcome.provider.sessionId ?? '';
  expect(outcome).toMatchObject({
    status: 'completed',
    result: { total: 3 },
    cleanup: { confirmed: false, left: [`session:${id}`] },
  });
  maybeLeft.add(id);
});

test.concurrent('a run that does not heed its stop is asked again, and named in the outcome', async () => {
  const text = 'heeds no stop';
  t.simulator.on('browserbase.agentRun', { text }).neverEnds().ignoresStop();
  const accepted = t.simulator.next({ on: 'start', text, phase: 'replied' });
  const run = await t.perdure.start({ key: 'heedless', agent: agentOf('browserbase.agentRun', text) });
  await accepted;
  await run.cancel();
  const outcome = await run.outcome();
  const { runId = '', sessionId = '' } = outcome.provider;
  expect(outcome).toMatchObject({ status: 'cancelled', cleanup: { confirmed: false, left: [`run:${runId}`] } });
  expect(t.ledger.effects({ effect: 'stop', runId }).length).toBeGreaterThan(1);
  maybeLeft.add(runId).add(sessionId);
});

/** So many milliseconds of the provider's time have passed. */
function hasPassed(ms: number): Promise<void> {
  const { clock } = t.simulator;
  return new Promise((resolve) => void clock.wake(clock.now() + ms, resolve));
}
