import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { endpointNames } from '../../src/core/endpoints.js';
import { type PerdureTest, perdureTest } from '../../src/testing/perdure-test.js';
import { agentOf } from '../support/agents.js';

let t: PerdureTest;
beforeAll(async () => {
  t = await perdureTest({ time: 'real' });
});
afterAll(async () => {
  expect(t.ledger.open).toEqual([]);
  await t.close();
});

const clean = { cleanup: { confirmed: true, left: [] } };
const invoice = z.object({ total: z.number() });

test.concurrent.each(endpointNames)(
  'a result of %s off its schema is result-invalid, and kept as raw',
  async (name) => {
    const text = `off schema ${name}`;
    t.simulator.on(name, { text }).returns({ total: 'twelve' });
    const run = await t.perdure.start({ key: `off-${name}`, agent: agentOf(name, text), result: invoice });
    const outcome = await run.outcome();
    expect(outcome).toMatchObject({ ...clean, status: 'failed', error: { code: 'result-invalid' } });
    expect(outcome.raw).toEqual({ total: 'twelve' });
    expect(outcome.result).toBeUndefined();
    expect(outcome.error?.message).toContain('/total');
    await expect(run.result()).rejects.toMatchObject({ code: 'result-invalid', outcome: { raw: { total: 'twelve' } } });
  },
);

// Where the answer of a run without output has no result, or has null in its place.
test.concurrent.each([
  { name: 'anchor.webTask', code: 'result-missing' },
  { name: 'anchor.sessionAgent', code: 'result-invalid' },
  { name: 'anchor.task', code: 'result-missing' },
  { name: 'anchor.namedTask', code: 'result-invalid' },
  { name: 'browserbase.agentRun', code: 'result-missing' },
] as const)('a run of $name that completes without output is $code', async ({ name, code }) => {
  const text = `no result ${name}`;
  t.simulator.on(name, { text }).returns(null);
  const run = await t.perdure.start({ key: `none-${name}`, agent: agentOf(name, text), result: invoice });
  expect(await run.outcome()).toMatchObject({ ...clean, status: 'failed', error: { code } });
});

test.concurrent.each([
  { name: 'anchor.webTask', notes: 1 },
  { name: 'anchor.sessionAgent', notes: 1 },
  { name: 'anchor.task', notes: 0 },
  { name: 'anchor.namedTask', notes: 0 },
  { name: 'browserbase.agentRun', notes: 1 },
] as const)('a run of $name without a result notes where that says nothing of success', async ({ name, notes }) => {
  const text = `nothing wanted ${name}`;
  t.simulator.on(name, { text }).returns(null);
  const run = await t.perdure.start({ key: `nothing-${name}`, agent: agentOf(name, text) });
  const outcome = await run.outcome();
  expect(outcome).toMatchObject({ ...clean, status: 'completed' });
  expect(outcome.attempts[0]?.notes).toEqual(Array(notes).fill(expect.stringMatching(/without a result/)));
});

test.concurrent.each(endpointNames)(
  'a result of %s of 3 MB is result-too-large, and the run ends (fault matrix 11: 3 MB result)',
  async (name) => {
    const text = `3 MB ${name}`;
    t.simulator.on(name, { text }).returns({ text: 'x'.repeat(3_000_000) });
    const run = await t.perdure.start({ key: `large-${name}`, agent: agentOf(name, text) });
    const outcome = await run.outcome();
    expect(outcome).toMatchObject({ ...clean, status: 'failed', error: { code: 'result-too-large' } });
    expect(outcome.raw).toBeUndefined();
    expect(outcome.provider.sessionId).toBeDefined();
  },
);

test.concurrent('a result of 3 MB that does not fit its schema either is result-too-large', async () => {
  t.simulator.on('anchor.task', { text: 'large and off' }).returns({ total: 'x'.repeat(3_000_000) });
  const agent = agentOf('anchor.task', 'large and off');
  const run = await t.perdure.start({ key: 'large-off', agent, result: invoice });
  expect(await run.outcome()).toMatchObject({ ...clean, status: 'failed', error: { code: 'result-too-large' } });
});

test.concurrent.each(['anchor.webTask', 'browserbase.agentRun'] as const)(
  'a result of %s that is too large to be read ends the run as result-too-large',
  async (name) => {
    const text = `9 MB ${name}`;
    t.simulator.on(name, { text }).returns({ text: 'x'.repeat(9_000_000) });
    const run = await t.perdure.start({ key: `huge-${name}`, agent: agentOf(name, text) });
    expect(await run.outcome()).toMatchObject({ ...clean, status: 'unknown', error: { code: 'result-too-large' } });
  },
);

test.concurrent.each(endpointNames)(
  'a run of %s that fails at its provider is run-failed with the reason',
  async (name) => {
    const text = `fails ${name}`;
    t.simulator.on(name, { text }).fails('The page was gone');
    const run = await t.perdure.start({ key: `fails-${name}`, agent: agentOf(name, text) });
    const outcome = await run.outcome();
    expect(outcome).toMatchObject(clean);
    // The blocking call says so with a status that may as well mean that it was never taken.
    const unclear = name === 'anchor.sessionAgent';
    expect(outcome.status).toBe(unclear ? 'unknown' : 'failed');
    expect(outcome.error?.code).toBe(unclear ? 'start-unknown' : 'run-failed');
    expect(outcome.error?.message).toContain('The page was gone');
  },
);

test.concurrent.each([
  { name: 'anchor.task', end: 'timesOut', status: 'timed-out', code: 'run-timed-out' },
  { name: 'anchor.namedTask', end: 'timesOut', status: 'timed-out', code: 'run-timed-out' },
  { name: 'browserbase.agentRun', end: 'timesOut', status: 'timed-out', code: 'run-timed-out' },
  { name: 'anchor.task', end: 'isCancelled', status: 'cancelled', code: 'run-stopped' },
  { name: 'anchor.namedTask', end: 'isCancelled', status: 'cancelled', code: 'run-stopped' },
  { name: 'browserbase.agentRun', end: 'isCancelled', status: 'cancelled', code: 'run-stopped' },
] as const)('a run of $name that its provider ends by itself is $code', async ({ name, end, status, code }) => {
  const text = `${end} ${name}`;
  t.simulator.on(name, { text })[end]();
  const run = await t.perdure.start({ key: `${end}-${name}`, agent: agentOf(name, text) });
  expect(await run.outcome()).toMatchObject({ ...clean, status, error: { code } });
});

test.concurrent.each(endpointNames.filter((name) => name !== 'anchor.sessionAgent'))(
  'statuses of %s never seen before are noted once each, and the run goes on (fault matrix 4: unknown status)',
  async (name) => {
    const text = `odd status ${name}`;
    const odd = t.simulator.on(name, { text }).lasts('15 min').returns({ total: 5 });
    for (const [index, status] of ['dreaming', 'humming', 'dreaming', 'humming'].entries()) {
      odd.reports(status, { from: 5_000 + index * 200_000, lasting: 200_000 });
    }
    const timings = { cadence: { first: 2_000, max: 4_000 } };
    const run = await t.perdure.start({ key: `odd-${name}`, agent: agentOf(name, text), timings });
    const outcome = await run.outcome();
    expect(outcome).toMatchObject({ ...clean, status: 'completed', result: { total: 5 } });
    const notes = outcome.attempts.flatMap((attempt) => attempt.notes).filter((note) => /unknown status/.test(note));
    expect(notes.map((note) => note.match(/'(\w+)'/)?.[1]).sort()).toEqual(['dreaming', 'humming']);
  },
);

test.concurrent.each(endpointNames.filter((name) => name !== 'anchor.sessionAgent'))(
  'a run of %s that is not found right after its start is waited for (fault matrix 4: 404 after the start)',
  async (name) => {
    const text = `found later ${name}`;
    t.simulator.on(name, { text }).lasts('1 min').returns({ total: 6 });
    t.simulator.fault({ kind: 'not-found', on: 'status', text, times: 3 });
    const timings = { notFoundGrace: 600_000 };
    const run = await t.perdure.start({ key: `later-${name}`, agent: agentOf(name, text), timings });
    expect(await run.outcome()).toMatchObject({ ...clean, status: 'completed', result: { total: 6 } });
  },
);

test.concurrent.each(endpointNames.filter((name) => name !== 'anchor.sessionAgent'))(
  'a run of %s that stays unknown to its provider is run-lost',
  async (name) => {
    const text = `never found ${name}`;
    t.simulator.on(name, { text }).lasts('1 s');
    t.simulator.fault({ kind: 'not-found', on: 'status', text, times: 'always' });
    const run = await t.perdure.start({ key: `lost-${name}`, agent: agentOf(name, text) });
    expect(await run.outcome()).toMatchObject({ ...clean, status: 'unknown', error: { code: 'run-lost' } });
  },
);

test.concurrent.each(endpointNames.filter((name) => name !== 'anchor.sessionAgent'))(
  'a run of %s that is not found once in the middle goes on (fault matrix 4: status flaps)',
  async (name) => {
    const text = `lost and found ${name}`;
    const nextLook = () => t.simulator.next({ on: 'status', text, phase: 'replied' });
    t.simulator.on(name, { text }).neverEnds();
    const seen = nextLook();
    const timings = { notFoundGrace: 3_000 };
    const run = await t.perdure.start({ key: `once-${name}`, agent: agentOf(name, text), timings });
    await seen;
    await hasPassed(10_000);
    t.simulator.fault({ kind: 'not-found', on: 'status', text });
    for (let look = 0; look < 4; look += 1) await nextLook();
    expect((await run.status()).status).toBe('running');
    await run.cancel();
    expect(await run.outcome()).toMatchObject({ ...clean, status: 'cancelled' });
  },
);

// Alone, since a watcher that waits for another run's slow look would come after the end is taken back.
test.each([
  // What its watcher read with the end is the result.
  { endpoint: 'browserbase.agentRun', again: 'RUNNING', told: { status: 'completed', result: { total: 7 } } },
  { endpoint: 'anchor.webTask', again: 'running', told: { status: 'unknown', error: { code: 'result-unreadable' } } },
] as const)(
  'a run of $endpoint that ended and then shows as running is watched no more, and is told by what could be read (fault matrix 4: terminal, then running)',
  async ({ endpoint, again, told }) => {
    const text = `runs again ${endpoint}`;
    const shown = { from: 200_000, lasting: 86_400_000 };
    t.simulator.on(endpoint, { text }).lasts('1 s').returns({ total: 7 }).reports(again, shown);
    // The first look shows the end, all later ones are stale.
    t.simulator.when({ on: 'status', text, phase: 'received', times: 1 }, async () => {
      await hasPassed(5_000);
      t.simulator.when({ on: 'status', text, phase: 'received', times: 1 }, () => hasPassed(200_000));
    });
    const run = await t.perdure.start({ key: `runs-again-${endpoint}`, agent: agentOf(endpoint, text) });
    expect(await run.outcome()).toMatchObject(told);
  },
);

test.concurrent('a refusal of 100 KB is cut to what a person reads (fault matrix 11: large error body)', async () => {
  const text = 'refused at length';
  const message = `No such model. ${'x'.repeat(100_000)}`;
  t.simulator.fault({ kind: 'status', status: 422, on: 'start', text, message });
  const run = await t.perdure.start({ key: 'at-length', agent: agentOf('anchor.webTask', text) });
  const outcome = await run.outcome();
  expect(outcome).toMatchObject({ ...clean, status: 'failed', error: { code: 'request-rejected' } });
  expect(outcome.error?.message).toContain('No such model.');
  expect(JSON.stringify(outcome).length).toBeLessThan(5_000);
});

/** So many milliseconds of the provider's time have passed. */
function hasPassed(ms: number): Promise<void> {
  const { clock } = t.simulator;
  return new Promise((resolve) => void clock.wake(clock.now() + ms, resolve));
}
