import { afterAll, beforeAll, expect, test } from 'vitest';
import { type PerdureTest, perdureTest } from '../../src/testing/perdure-test.js';
import { agentOf } from '../support/agents.js';

let t: PerdureTest;
beforeAll(async () => {
  const behaviour = { anchor: { executionResultId: false, listLagMs: 150_000 } } as const;
  t = await perdureTest({ time: 'real', simulator: { behaviour } });
});
afterAll(async () => {
  expect(t.ledger.open).toEqual([]);
  await t.close();
});

test('sessions that were opened twice, since the list lagged behind, are both ended', async () => {
  const text = 'opened twice';
  t.simulator.fault({ kind: 'reply-lost', on: 'session.create', text });
  t.simulator.on('anchor.webTask', { text }).lasts('6 min');
  const run = await t.perdure.start({ key: 'opened-twice', agent: agentOf('anchor.webTask', text) });
  expect(await run.outcome()).toMatchObject({ status: 'completed', cleanup: { confirmed: true, left: [] } });
  expect(t.ledger.sessions.filter(({ tags }) => tags.includes(text))).toHaveLength(2);
  expect(t.ledger.open).toEqual([]);
});

test('a legacy start without an execution id is followed by the only execution since then', async () => {
  const text = 'the only one';
  t.simulator.on('anchor.namedTask', { text }).returns({ total: 2 });
  const run = await t.perdure.start({ key: 'only', agent: agentOf('anchor.namedTask', text) });
  expect(await run.outcome()).toMatchObject({ status: 'completed', result: { total: 2 } });
});

test.each(['5xx-before', 'not-found', '429'] as const)(
  'an accepted start without an id is never made again, whatever the search for it is answered (%s)',
  async (kind) => {
    const before = t.ledger.requests({ operation: 'start' }).length;
    const lift = t.simulator.fault({ kind, on: 'list', times: 'always', retryAfter: 'absurd' });
    const agent = agentOf('anchor.namedTask', kind);
    const run = await t.perdure.start({ key: kind, agent, onUnknownStart: 'fail' });
    expect(await run.outcome()).toMatchObject({ status: 'unknown', error: { code: 'start-unknown' } });
    lift();
    expect(t.ledger.requests({ operation: 'start' })).toHaveLength(before + 1);
  },
);
