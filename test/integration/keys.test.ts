import { afterAll, beforeAll, expect, test } from 'vitest';
import { anchor } from '../../src/core/builders.js';
import { connect } from '../../src/client/connect.js';
import { type PerdureTest, perdureTest } from '../../src/testing/perdure-test.js';

let t: PerdureTest;
beforeAll(async () => {
  t = await perdureTest({ time: 'real' });
});
afterAll(async () => {
  expect(t.ledger.open).toEqual([]);
  await t.close();
});

const startsOf = (text: string) =>
  t.ledger.requests({ operation: 'start' }).filter(({ body }) => JSON.stringify(body).includes(text));

test.concurrent('the same key while its run goes on is the same run', async () => {
  t.simulator.on('anchor.webTask', { text: 'again' }).lasts('2 min').returns({ total: 1 });
  const options = { key: 'again', agent: anchor.webTask({ prompt: 'again' }) };
  const first = await t.perdure.start(options);
  await t.simulator.next({ on: 'start', text: 'again', phase: 'replied' });
  const second = await t.perdure.start(options);
  expect(await Promise.all([first.result(), second.result()])).toEqual([{ total: 1 }, { total: 1 }]);
  expect(startsOf('again')).toHaveLength(1);
});

test.concurrent('a run tells its outcome to whoever asks Temporal for it, once it has ended', async () => {
  t.simulator.on('anchor.webTask', { text: 'asked for' }).lasts('2 min').returns({ total: 2 });
  const started = t.simulator.next({ on: 'start', text: 'asked for', phase: 'replied' });
  const run = await t.perdure.start({ key: 'asked-for', agent: anchor.webTask({ prompt: 'asked for' }) });
  const query = () => t.client.workflow.getHandle(run.workflowId).query<unknown>('perdure.outcome');
  await started;
  expect(await query()).toBeUndefined();
  const outcome = await run.outcome();
  expect(outcome.status).toBe('completed');
  expect(await query()).toEqual(outcome);
});

test.concurrent('the same key with other input is refused as key-taken, and the run goes on', async () => {
  const run = await t.perdure.start({ key: 'taken', agent: anchor.webTask({ prompt: 'taken by this' }) });
  const other = { key: 'taken', agent: anchor.webTask({ prompt: 'wanted by that' }) };
  const refusal = { code: 'key-taken', hint: expect.stringContaining('another key') };
  await expect(t.perdure.start(other)).rejects.toMatchObject(refusal);
  expect((await run.outcome()).status).toBe('completed');
  await expect(t.perdure.start(other)).rejects.toMatchObject(refusal);
  expect(startsOf('wanted by that')).toEqual([]);
});

test.concurrent('the same key after the end is the ended run with its result, and nothing is started', async () => {
  t.simulator.on('anchor.webTask', { text: 'once' }).returns({ total: 7 });
  const options = { key: 'once', agent: anchor.webTask({ prompt: 'once' }) };
  const first = await (await t.perdure.start(options)).outcome();
  const second = await (await t.perdure.start(options)).outcome();
  expect(second).toEqual(first);
  expect(second).toMatchObject({ status: 'completed', result: { total: 7 } });
  expect(startsOf('once')).toHaveLength(1);
});

test.concurrent('two clients that start one key in the same instant get one run', async () => {
  const other = await connect({ client: t.client, timeScale: 0.01, env: {}, deployment: 'test' });
  const options = { key: 'race', agent: anchor.webTask({ prompt: 'race' }) };
  const runs = await Promise.all([t.perdure, other, t.perdure, other].map((client) => client.start(options)));
  const outcomes = await Promise.all(runs.map((run) => run.outcome()));
  expect(new Set(outcomes.map(({ provider }) => provider.runId)).size).toBe(1);
  expect(startsOf('race')).toHaveLength(1);
});

test.concurrent('a failed run keeps its key too: its outcome is told again', async () => {
  t.simulator.on('anchor.webTask', { text: 'fails' }).fails('The page was gone');
  const options = { key: 'fails', agent: anchor.webTask({ prompt: 'fails' }) };
  const first = await (await t.perdure.start(options)).outcome();
  expect(first).toMatchObject({ status: 'failed', error: { code: 'run-failed' } });
  expect(await (await t.perdure.start(options)).outcome()).toEqual(first);
  await expect(t.perdure.get('fails').result()).rejects.toMatchObject({ code: 'run-failed' });
});

test.concurrent('a key without a run is run-not-found', async () => {
  const missing = { code: 'run-not-found', hint: expect.stringMatching(/perdure ls/) };
  await expect(t.perdure.get('nobody').outcome()).rejects.toMatchObject(missing);
  await expect(t.perdure.get('nobody').status()).rejects.toMatchObject(missing);
  await expect(t.perdure.get('nobody').cancel()).rejects.toMatchObject(missing);
});

test.concurrent('without a worker to ask, the status of a run is what Temporal knows', async () => {
  const lonely = await connect({
    client: t.client,
    timeScale: 0.01,
    env: {},
    deployment: 'test',
    taskQueue: 'nobody-serves-this',
  });
  const run = await lonely.start({ key: 'lonely', agent: anchor.webTask({ prompt: 'lonely' }) });
  expect(await run.status()).toMatchObject({ key: 'lonely', status: 'queued', endpoint: 'anchor.webTask' });
  await t.client.workflow.getHandle(run.workflowId).terminate('nobody comes');
  expect(await run.outcome()).toMatchObject({ status: 'unknown', error: { code: 'run-terminated' } });
});
