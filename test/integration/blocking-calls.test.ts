import { afterAll, beforeAll, expect, test } from 'vitest';
import { Agent, getGlobalDispatcher, setGlobalDispatcher } from 'undici';
import { anchor } from '../../src/core/builders.js';
import { type PerdureTest, perdureTest } from '../../src/testing/perdure-test.js';
import { agentOf } from '../support/agents.js';

const slots = 2;
let t: PerdureTest;
beforeAll(async () => {
  t = await perdureTest({ time: 'real', blockingSlots: slots });
});
afterAll(async () => {
  expect(t.ledger.open).toEqual([]);
  await t.close();
});

async function callPlainly(prompt: string): Promise<unknown> {
  const headers = { 'anchor-api-key': t.simulator.keys.anchor[0] ?? '', 'content-type': 'application/json' };
  const opened = await fetch(`${t.simulator.anchorUrl}/v1/sessions`, { method: 'POST', headers, body: '{}' });
  const { data } = (await opened.json()) as { data: { id: string } };
  const path = `${t.simulator.anchorUrl}/v1/sessions/${data.id}`;
  try {
    const answer = await fetch(`${path}/agent/run`, { method: 'POST', headers, body: JSON.stringify({ prompt }) });
    return await answer.json();
  } finally {
    await fetch(path, { method: 'DELETE', headers });
  }
}

test('a blocking call waits for an answer that comes after the default time-outs of the HTTP library', async () => {
  t.simulator.on('anchor.sessionAgent', { text: 'long silence' }).lasts('5 min').returns({ total: 1 });
  const before = getGlobalDispatcher();
  setGlobalDispatcher(new Agent({ headersTimeout: 1_000, bodyTimeout: 1_000 }));
  try {
    await expect(callPlainly('long silence')).rejects.toMatchObject({ cause: { code: 'UND_ERR_HEADERS_TIMEOUT' } });
    const run = await t.perdure.start({ key: 'silence', agent: agentOf('anchor.sessionAgent', 'long silence') });
    expect(await run.outcome()).toMatchObject({ status: 'completed', result: { total: 1 } });
  } finally {
    setGlobalDispatcher(before);
  }
});

test('more blocking calls than slots all end, and other runs do not wait for them', async () => {
  t.simulator.on('anchor.sessionAgent', { text: 'crowd' }).lasts('2 min').returns({ total: 2 });
  t.simulator.on('anchor.webTask', { text: 'beside' }).lasts('10 s').returns({ total: 3 });
  const most = { live: 0, seen: 0 };
  const stop = [
    t.simulator.when({ on: 'start', text: 'crowd', phase: 'effected' }, () => {
      most.live += 1;
      most.seen = Math.max(most.seen, most.live);
    }),
    t.simulator.when({ on: 'start', text: 'crowd', phase: 'replied' }, () => {
      most.live -= 1;
    }),
  ];
  const crowd = await Promise.all(
    [1, 2, 3, 4, 5].map((number) =>
      t.perdure.start({ key: `crowd-${number}`, agent: agentOf('anchor.sessionAgent', `crowd ${number}`) }),
    ),
  );
  const beside = await t.perdure.start({ key: 'beside', agent: anchor.webTask({ prompt: 'beside' }) });
  expect(await beside.outcome()).toMatchObject({ status: 'completed', result: { total: 3 } });
  expect(t.ledger.runs.filter(({ text, endedAt }) => text.includes('crowd') && endedAt).length).toBeLessThan(5);
  const outcomes = await Promise.all(crowd.map((run) => run.outcome()));
  for (const outcome of outcomes) expect(outcome).toMatchObject({ status: 'completed', result: { total: 2 } });
  expect(most.seen).toBe(slots);
  for (const forget of stop) forget();
});

test('a blocking call that waits for a slot when it is cancelled is never made', async () => {
  t.simulator.on('anchor.sessionAgent', { text: 'in the slot' }).neverEnds();
  const taken = [1, 2].map((number) =>
    t.simulator.next({ on: 'start', text: `in the slot ${number}`, phase: 'effected' }),
  );
  const holders = await Promise.all(
    [1, 2].map((number) =>
      t.perdure.start({
        key: `slot-${number}`,
        agent: agentOf('anchor.sessionAgent', `in the slot ${number}`),
        deadline: '10 hours',
      }),
    ),
  );
  await Promise.all(taken);
  const late = await t.perdure.start({ key: 'no-slot', agent: agentOf('anchor.sessionAgent', 'without one') });
  const handle = t.client.workflow.getHandle(late.workflowId);
  await expect
    .poll(async () => (await handle.describe()).raw.pendingActivities?.[0]?.activityType?.name, { timeout: 30_000 })
    .toBe('perdureRunBlocking');
  await late.cancel();
  expect(await late.outcome()).toMatchObject({ status: 'cancelled', attempts: [], cleanup: { confirmed: true } });
  expect(t.ledger.runs.filter(({ text }) => text.includes('without one'))).toEqual([]);
  await Promise.all(holders.map((holder) => holder.cancel()));
  for (const holder of holders) expect((await holder.outcome()).status).toBe('cancelled');
});
