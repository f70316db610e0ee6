import { afterAll, beforeAll, expect, test } from 'vitest';
import { endpointNames } from '../../src/core/endpoints.js';
import { secret } from '../../src/core/secret.js';
import { scaledClock, type Simulator, startSimulator } from '../../src/simulator/index.js';
import { type PerdureTest, perdureTest } from '../../src/testing/perdure-test.js';
import { agentOf } from '../support/agents.js';

let t: PerdureTest;
/** The provider of the account whose key goes away and comes back. */
let changing: Simulator;
let key: string | undefined;
/** How often the key was asked for while it was away. */
let missed = 0;
beforeAll(async () => {
  changing = await startSimulator({ clock: scaledClock(100) });
  key = changing.keys.browserbase[0];
  t = await perdureTest({
    time: 'real',
    secrets: { resolve: lookUp },
    accounts: { 'browserbase/changing': { apiKey: secret('CHANGING'), baseUrl: changing.browserbaseUrl } },
  });
});
afterAll(async () => {
  const open = [...t.ledger.open, ...changing.ledger.open];
  await t.close();
  await changing.close();
  expect(open).toEqual([]);
});

function lookUp(): string | undefined {
  if (key === undefined) missed += 1;
  if (missed === 4) key = changing.keys.browserbase[0];
  return key;
}

const nothingLeft = { confirmed: true, left: [] };

async function endSession(sessionId: string): Promise<number> {
  const { anchorUrl, keys } = t.simulator;
  const headers = { 'anchor-api-key': keys.anchor[0] ?? '' };
  return (await fetch(`${anchorUrl}/v1/sessions/${sessionId}`, { method: 'DELETE', headers })).status;
}

test.concurrent('a session that somebody else ended is ended a second time without harm (fault matrix 6: stop twice)', async () => {
  const text = 'ended twice';
  t.simulator.on('anchor.webTask', { text }).returns({ total: 3 });
  const read = t.simulator.next({ on: 'session.get', text, phase: 'replied' });
  const run = await t.perdure.start({ key: 'twice', agent: agentOf('anchor.webTask', text) });
  const { sessionId = '' } = await read;
  expect(await endSession(sessionId)).toBe(200);
  expect(await run.outcome()).toMatchObject({ status: 'completed', result: { total: 3 }, cleanup: nothingLeft });
  expect(t.ledger.requests({ operation: 'session.end', sessionId })).toHaveLength(2);
});

test.concurrent('a key that is revoked in the middle ends the run at its deadline, names it, and what may be left', async () => {
  const text = 'revoked';
  t.simulator.on('anchor.webTask', { text }).neverEnds();
  const accepted = t.simulator.next({ on: 'start', text, phase: 'replied' });
  const run = await t.perdure.start({ key: text, agent: agentOf('anchor.webTask', text), deadline: '8 min' });
  const { sessionId = '' } = await accepted;
  const mend = t.simulator.fault({ kind: 'status', status: 401, on: '*', text, times: 'always' });
  const outcome = await run.outcome();
  expect(outcome).toMatchObject({
    status: 'timed-out',
    error: {
      code: 'deadline-exceeded',
      message: expect.stringContaining('401') as unknown,
      hint: expect.stringContaining('API key') as unknown,
    },
    cleanup: { confirmed: false, left: [`session:${sessionId}`] },
  });
  mend();
  expect(await endSession(sessionId)).toBe(200);
});

test.concurrent('a key that the worker misses for a while keeps no run from being stopped', async () => {
  const text = 'key away';
  changing.on('browserbase.agentRun', { text }).neverEnds();
  const account = 'browserbase/changing';
  const accepted = changing.next({ on: 'start', text, phase: 'replied' });
  const run = await t.perdure.start({ key: 'away', account, agent: agentOf('browserbase.agentRun', text) });
  await accepted;
  key = undefined;
  await run.cancel();
  expect(await run.outcome()).toMatchObject({ status: 'cancelled', cleanup: nothingLeft });
  expect(missed).toBe(4);
});

test.concurrent('a deadline that only refusals led to names the last of them', async () => {
  const text = 'only refused';
  t.simulator.fault({ kind: '429', on: 'start', text, times: 'always' });
  const run = await t.perdure.start({
    key: text.replace(' ', '-'),
    agent: agentOf('browserbase.agentRun', text),
    deadline: '3 min',
  });
  expect(await run.outcome()).toMatchObject({
    status: 'timed-out',
    error: { code: 'deadline-exceeded', message: expect.stringMatching(/every start was refused.*429/) as unknown },
  });
});

test.concurrent.each(endpointNames.filter((name) => name !== 'anchor.sessionAgent'))(
  'a run of %s that is not found once when its result is read keeps it',
  async (name) => {
    const text = `not found at its end ${name}`;
    t.simulator.on(name, { text }).lasts('5 s').returns({ total: 7 });
    // The look that sees the end is let pass, and held until there is one.
    t.simulator.fault({ kind: 'not-found', on: 'status', text, after: 1 });
    t.simulator.when({ on: 'status', text, phase: 'received', times: 1 }, () => hasPassed(20_000));
    const run = await t.perdure.start({ key: `not-found-${name}`, agent: agentOf(name, text) });
    expect(await run.outcome()).toMatchObject({ status: 'completed', result: { total: 7 }, cleanup: nothingLeft });
  },
);

/** So many milliseconds of the provider's time have passed. */
function hasPassed(ms: number): Promise<void> {
  const { clock } = t.simulator;
  return new Promise((resolve) => void clock.wake(clock.now() + ms, resolve));
}

test('fifty runs that start at once and are cancelled at once leave nothing (fault matrix 17: burst)', async () => {
  const starts = () => t.ledger.effects('browserbase.agentRun').filter(({ detail }) => /burst/.test(String(detail)));
  t.simulator.on('browserbase.agentRun', { text: 'burst' }).neverEnds();
  // Looks seconds apart, and seconds until a worker that is short of time is taken for a dead one.
  const timings = {
    cadence: { first: 600_000, max: 600_000 },
    heartbeat: 500_000,
    request: 1_000_000,
    release: 3_600_000,
  };
  const runs = await Promise.all(
    Array.from({ length: 50 }, (_, nth) => {
      const agent = agentOf('browserbase.agentRun', `burst ${nth}.`);
      return t.perdure.start({ key: `burst-${nth}`, agent, timings, deadline: '10 hours' });
    }),
  );
  while (starts().length < 50) await t.simulator.next({ on: 'start', text: 'burst', phase: 'effected' });
  await Promise.all(runs.map((run) => run.cancel()));
  for (const outcome of await Promise.all(runs.map((run) => run.outcome()))) {
    expect(outcome).toMatchObject({ status: 'cancelled', cleanup: nothingLeft });
  }
  expect(starts()).toHaveLength(50);
  expect(t.ledger.open.filter(({ tags, kind }) => kind === 'run' || tags.includes('burst'))).toEqual([]);
});
