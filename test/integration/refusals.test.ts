import { afterAll, beforeAll, expect, test } from 'vitest';
import { anchor, browserbase } from '../../src/core/builders.js';
import { secret } from '../../src/core/secret.js';
import { endpointNames, type EndpointName } from '../../src/core/endpoints.js';
import type { ErrorCode } from '../../src/core/errors.js';
import { startSimulator, type Simulator } from '../../src/simulator/simulator.js';
import { type PerdureTest, perdureTest } from '../../src/testing/perdure-test.js';
import { agentOf } from '../support/agents.js';

let t: PerdureTest;
let poor: Simulator;
let strange: Simulator;
beforeAll(async () => {
  strange = await startSimulator({ tasks: ['known'], agents: ['known'] });
  poor = await startSimulator({
    limits: { anchor: { credits: 0 }, browserbase: { credits: 0 } },
  });
  t = await perdureTest({
    time: 'real',
    accounts: {
      'anchor/wrong': { apiKey: 'not-a-key', baseUrl: poor.anchorUrl },
      'browserbase/wrong': { apiKey: 'not-a-key', baseUrl: poor.browserbaseUrl },
      'anchor/poor': { apiKey: poor.keys.anchor[0] ?? '', baseUrl: poor.anchorUrl },
      'browserbase/poor': { apiKey: poor.keys.browserbase[0] ?? '', baseUrl: poor.browserbaseUrl },
      'anchor/strange': { apiKey: strange.keys.anchor[0] ?? '', baseUrl: strange.anchorUrl },
      'browserbase/strange': { apiKey: strange.keys.browserbase[0] ?? '', baseUrl: strange.browserbaseUrl },
      'anchor/unset': { apiKey: secret('PERDURE_TEST_UNSET') },
      'anchor/broken': { apiKey: 'two\nlines', baseUrl: poor.anchorUrl },
    },
  });
});
afterAll(async () => {
  for (const { ledger } of [poor, strange]) expect(ledger.open).toEqual([]);
  expect(t.ledger.open).toEqual([]);
  await t.close();
  await poor.close();
  await strange.close();
});

const providerOf = (endpoint: EndpointName) => endpoint.split('.')[0] ?? '';
const nothingLeft = { confirmed: true, left: [] };

/** A failed outcome after one attempt, which says what to do. */
function refusedWith(code: ErrorCode) {
  return {
    status: 'failed',
    error: { code, message: expect.stringMatching(/\w/), hint: expect.stringMatching(/\w/) },
    attempts: [{ outcome: 'refused', error: { code } }],
    cleanup: nothingLeft,
  };
}

const accountsWithoutKey = [
  { account: 'anchor/none', code: 'account-unknown' },
  { account: 'anchor/unset', code: 'secret-missing' },
  { account: 'anchor/broken', code: 'config-invalid' },
] as const;

test.concurrent.each(accountsWithoutKey)(
  'a run at $account fails at once with $code, and nothing is sent',
  async ({ account, code }) => {
    const run = await t.perdure.start({ key: account, account, agent: anchor.webTask({ prompt: account }) });
    expect(await run.outcome()).toMatchObject(refusedWith(code));
    const { events } = await t.client.workflow.getHandle(run.workflowId).fetchHistory();
    expect(events?.filter((event) => event.activityTaskScheduledEventAttributes)).toHaveLength(1);
  },
);

test.concurrent.each(endpointNames)('a wrong key at %s fails the run at once as unauthorized', async (endpoint) => {
  const text = `wrong key, ${endpoint}`;
  const account = `${providerOf(endpoint)}/wrong`;
  const run = await t.perdure.start({ key: `wrong-${endpoint}`, account, agent: agentOf(endpoint, text) });
  expect(await run.outcome()).toMatchObject(refusedWith('unauthorized'));
});

test.concurrent.each(endpointNames)('an account without credit fails the run at %s as no-credit', async (endpoint) => {
  const text = `no credit, ${endpoint}`;
  const account = `${providerOf(endpoint)}/poor`;
  const run = await t.perdure.start({ key: `poor-${endpoint}`, account, agent: agentOf(endpoint, text) });
  expect(await run.outcome()).toMatchObject(refusedWith('no-credit'));
  expect(poor.ledger.effects(endpoint)).toEqual([]);
});

const refusals = [
  { status: 400, code: 'request-rejected' },
  { status: 402, code: 'no-credit' },
  { status: 403, code: 'forbidden' },
  { status: 404, code: 'task-not-found' },
  { status: 422, code: 'request-rejected' },
] as const;
const refusedStarts = refusals.flatMap((refusal) => endpointNames.map((endpoint) => ({ ...refusal, endpoint })));

test.concurrent.each(refusedStarts)(
  'a start at $endpoint that is answered with $status fails the run as $code after one request, its session ended',
  async ({ status, code, endpoint }) => {
    const text = `${status} at ${endpoint}`;
    t.simulator.fault({ kind: 'status', status, on: 'start', text, times: 'always', message: 'Not like this' });
    const run = await t.perdure.start({ key: `${status}-${endpoint}`, agent: agentOf(endpoint, text) });
    const outcome = await run.outcome();
    expect(outcome).toMatchObject(refusedWith(code));
    expect(outcome.error?.message).toContain('Not like this');
    const starts = t.ledger.requests({ operation: 'start', endpoint, status });
    expect(starts.filter(({ body, path }) => `${path}${JSON.stringify(body)}`.includes(text))).toHaveLength(1);
    expect(outcome.provider.sessionId === undefined).toBe(endpoint === 'browserbase.agentRun');
  },
);

test.concurrent('a task and an agent that the provider does not know fail the run as task-not-found', async () => {
  const agents = [
    anchor.task({ taskId: 'nobody', input_params: {} }),
    anchor.namedTask({ taskName: 'nobody' }),
    browserbase.agentRun({ task: 'x', agentId: 'nobody' }),
  ];
  for (const agent of agents) {
    const account = `${providerOf(agent.endpoint)}/strange`;
    const run = await t.perdure.start({ key: `strange-${agent.endpoint}`, account, agent });
    expect(await run.outcome()).toMatchObject(refusedWith('task-not-found'));
  }
  expect(strange.ledger.requests({ operation: 'start' })).toHaveLength(agents.length);
});
