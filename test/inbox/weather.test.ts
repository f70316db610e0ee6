import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Connection } from '@temporalio/client';
import { anchor } from '../../src/core/builders.js';
import type { Question } from '../../src/core/question.js';
import type { RunHandle } from '../../src/client/run-handle.js';
import { watcherId, watchersOf } from '../../src/core/watch.js';
import { endProcess } from '../support/stage.js';
import { tokens } from './fake.js';
import { type InboxWorld, openWorld } from './world.js';

let world: InboxWorld;
beforeAll(async () => {
  world = await openWorld({ scale: 0.02 });
});
afterAll(async () => {
  await world.close();
});

const json = { 'content-type': 'application/json', authorization: `Bearer ${tokens.ann}` };

function api(path: string, body?: unknown): Promise<Response> {
  const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
  return fetch(`${world.inbox.url}/api${path}`, { headers: json, ...init });
}

/** Starts a run whose agent asks for a code. */
async function askForCode(key: string): Promise<{ run: RunHandle; question: Question }> {
  world.simulator
    .on('anchor.webTask', { text: key })
    .lasts('60 s')
    .asks({ message: 'The code?', after: '10 s' })
    .returns({ ok: true });
  const agent = anchor.webTask({ prompt: key, human_intervention: true });
  const run = await world.perdure.start({ key, agent, deadline: '5 hours', questions: { direct: true } });
  return { run, question: await world.nextQuestion(run) };
}

const place = ({ id }: Question) => `/questions/${encodeURIComponent(id)}`;

test('a code that is given to the inbox reaches the agent, and stands nowhere in Temporal', async () => {
  const canary = 'canary-847213';
  const { run, question } = await askForCode('code');
  expect(question.direct).toBe(true);
  const reply = await api(`${place(question)}/answer`, { answer: canary });
  expect([reply.status, await reply.json()]).toEqual([200, { accepted: true }]);
  expect(world.ledger.answers.filter(({ answer }) => answer === canary)).toHaveLength(1);
  const outcome = await run.outcome();
  expect(outcome).toMatchObject({ status: 'completed', questions: [{ state: 'applied', by: 'ann', channel: 'api' }] });
  const stored: string[] = [JSON.stringify(outcome)];
  for await (const { workflowId, runId } of world.client.workflow.list()) {
    const handle = world.client.workflow.getHandle(workflowId, runId);
    stored.push(JSON.stringify(await handle.describe(), (name, value: unknown) => (name === 'raw' ? '' : value)));
    stored.push(historyToJSON(await handle.fetchHistory()));
  }
  const decoded = stored
    .join('\n')
    .replace(/"data":\s*"([^"]+)"/g, (_, data: string) => Buffer.from(data, 'base64').toString());
  expect(decoded).toContain('The code?');
  for (const form of [canary, Buffer.from(canary).toString('base64'), encodeURIComponent(canary)]) {
    expect(decoded).not.toContain(form);
  }
  expect(world.troubles.join()).not.toContain(canary);
});

test('an inbox that is killed between claim and settlement leaves the question unknown, and nothing is sent again', async () => {
  const { run, question } = await askForCode('killed');
  const received = world.simulator.next({ on: 'answer', text: 'killed', phase: 'received' });
  world.simulator.fault({ kind: 'hang-before', on: 'answer', text: 'killed', times: 1 });
  const child = fork(fileURLToPath(new URL('./fixtures/answerer.mjs', import.meta.url)), [
    JSON.stringify({
      address: (world.client.connection as Connection).options.address,
      anchorUrl: world.simulator.anchorUrl,
      apiKey: world.simulator.keys.anchor[0],
      questionId: question.id,
    }),
  ]);
  await received;
  expect((await world.perdure.question(question.id)).state).toBe('claimed');
  const claimed = await api(`${place(question)}/answer`, { answer: 'another' });
  expect([claimed.status, await claimed.json()]).toMatchObject([409, { error: { code: 'answer-refused' } }]);
  await endProcess(child);
  const stateOf = async () => (await world.perdure.question(question.id)).state;
  await expect.poll(stateOf, { timeout: 30_000 }).toBe('unknown');
  const sent = () => world.ledger.answers.filter(({ questionId }) => question.id.endsWith(`~${questionId}`));
  expect(sent()).toEqual([]);
  const again = await api(`${place(question)}/answer`, { answer: 'the code' });
  expect(again.status).toBe(200);
  expect(sent().map(({ answer }) => answer)).toEqual(['the code']);
  expect(await run.outcome()).toMatchObject({ status: 'completed', questions: [{ state: 'applied', by: 'ann' }] });
});

test('a reply to a direct answer that is lost is looked up, and the answer not sent again', async () => {
  const { run, question } = await askForCode('reply-lost');
  world.simulator.fault({ kind: 'reply-lost', on: 'answer', text: 'reply-lost' });
  expect((await api(`${place(question)}/answer`, { answer: 'the code' })).status).toBe(200);
  expect(await run.outcome()).toMatchObject({ questions: [{ state: 'applied' }] });
  expect(world.ledger.answers.filter(({ questionId }) => question.id.endsWith(`~${questionId}`))).toHaveLength(1);
});

test('a run is started by the API once, however often it is asked for, and its list shows only own runs', async () => {
  world.simulator.on('anchor.webTask', { text: 'by api' }).lasts('5 s').returns({ ok: true });
  const body = {
    key: 'team/by-api',
    agent: { endpoint: 'anchor.webTask', input: { prompt: 'by api' } },
    effect: 'read',
  };
  const replies = await Promise.all([1, 2, 3].map(() => api('/runs', body)));
  expect(replies.map(({ status }) => status)).toEqual([202, 202, 202]);
  const other = await api('/runs', { ...body, deadline: '10 minutes' });
  expect([other.status, await other.json()]).toMatchObject([409, { error: { code: 'key-taken' } }]);
  const bad = await api('/runs', { ...body, key: 'bad', agent: { endpoint: 'anchor.webTask', input: {} } });
  expect([bad.status, await bad.json()]).toMatchObject([400, { error: { code: 'bad-input' } }]);
  await world.perdure.get('team/by-api').outcome();
  const shown = await (await api('/runs/team%2Fby-api')).json();
  expect(shown).toMatchObject({ run: { status: 'completed' }, outcome: { result: { ok: true } } });
  expect(world.ledger.effects('anchor.webTask').filter(({ effect }) => effect === 'start').length).toBeGreaterThan(0);
  const listed = (await (await api('/runs?prefix=team/')).json()) as { runs: { key: string }[] };
  expect(listed.runs.map(({ key }) => key)).toContain('team/by-api');
  expect((await api('/runs/none')).status).toBe(404);
});

test("a run of another deployment's on the same Temporal is neither listed nor shown nor stopped", async () => {
  const { connect } = await import('../../src/client/connect.js');
  const own = { client: world.client, env: {}, timeScale: 0.02, home: world.home };
  const other = await connect({ ...own, deployment: 'other' });
  world.simulator.on('anchor.webTask', { text: 'foreign' }).neverEnds();
  const run = await other.start({ key: 'foreign', agent: anchor.webTask({ prompt: 'foreign' }) });
  await world.simulator.next({ on: 'status', text: 'foreign', phase: 'replied' });
  expect((await api('/runs/foreign')).status).toBe(404);
  expect((await api('/runs/foreign/cancel', {})).status).toBe(404);
  const { runs } = (await (await api('/runs?limit=200')).json()) as { runs: { key: string }[] };
  expect(runs.map(({ key }) => key)).not.toContain('foreign');
  await run.cancel();
  await run.outcome();
});

test("Anchor's webhook has the run looked at long before its turn", async () => {
  world.simulator.on('anchor.webTask', { text: 'hooked' }).lasts('30 s').returns({ ok: true });
  // Without a webhook, the first look would come after minutes.
  const timings = { cadence: { first: 36_000_000, max: 36_000_000 } };
  const agent = anchor.webTask({ prompt: 'hooked' });
  const run = await world.perdure.start({ key: 'hooked', agent, timings, deadline: '20 hours', effect: 'read' });
  const url = `${world.inbox.url}/webhooks/anchor`;
  const hooks = world.simulator.webhooks({ url, secret: world.webhookSecret, times: 2 });
  const began = Date.now();
  expect((await run.outcome()).status).toBe('completed');
  expect(Date.now() - began).toBeLessThan(60_000);
  expect(hooks.deliveries.map(({ status }) => status)).toEqual(expect.arrayContaining([200]));
  hooks.stop();
});

test('a signal to hasten that says nothing, or something else, does not wedge the watchers', async () => {
  world.simulator.on('anchor.webTask', { text: 'odd haste' }).lasts('10 s').returns({ ok: true });
  const run = await world.perdure.start({ key: 'odd-haste', agent: anchor.webTask({ prompt: 'odd haste' }) });
  await world.simulator.next({ on: 'status', text: 'odd haste', phase: 'replied' });
  for (const each of watchersOf('anchor/default', world.taskQueue)) {
    const handle = world.client.workflow.getHandle(watcherId(each));
    for (const args of [[], [7], [{ ids: 7 }], [{ ids: [7] }], [{ ids: ['none'] }]]) {
      await handle.signal('perdure.hasten', ...args).catch(() => undefined);
    }
  }
  expect((await run.outcome()).status).toBe('completed');
});
