import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Fault } from '../../src/simulator/fault.js';
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

function startsOf(text: string) {
  const starts = t.ledger.requests({ operation: 'start' });
  return starts.filter(({ body }) => JSON.stringify(body).includes(text));
}

const losses: Omit<Fault, 'on'>[] = [
  { kind: 'reset-before' },
  { kind: 'reply-lost' },
  { kind: '5xx-before' },
  { kind: '5xx-after', status: 503 },
  { kind: 'html' },
  { kind: 'html', status: 502 },
  { kind: 'half-json' },
  { kind: 'cut-body' },
  { kind: 'empty' },
  { kind: 'wrong-shape' },
];

test.concurrent.each(losses)('a session whose opening is lost by $kind is found again by its mark', async (loss) => {
  const text = `opening lost by ${loss.kind} ${loss.status ?? ''}.`;
  t.simulator.fault({ ...loss, on: 'session.create', text });
  const run = await t.perdure.start({ key: text.replaceAll(' ', '-'), agent: agentOf('anchor.webTask', text) });
  expect(await run.outcome()).toMatchObject({
    status: 'completed',
    cleanup: { confirmed: true, left: [] },
    attempts: [{ outcome: 'refused', error: { code: 'provider-unreachable' } }, { outcome: 'accepted' }],
  });
  expect(t.ledger.sessions.filter(({ tags }) => tags.includes(text))).toHaveLength(1);
  expect(startsOf(text)).toHaveLength(1);
});

test.concurrent.each(endpointNames)('a slow start at %s is waited for', async (endpoint) => {
  const text = `slow start at ${endpoint}`;
  t.simulator.fault({ kind: 'slow', on: 'start', text, delayMs: 1_000 });
  const run = await t.perdure.start({ key: `slow-${endpoint}`, agent: agentOf(endpoint, text) });
  expect(await run.outcome()).toMatchObject({ status: 'completed', cleanup: { left: [] } });
  expect(startsOf(text)).toHaveLength(1);
});
