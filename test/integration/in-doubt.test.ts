import { afterAll, beforeAll, expect, test } from 'vitest';
import { browserbase } from '../../src/core/builders.js';
import { secret } from '../../src/core/secret.js';
import { type PerdureTest, perdureTest } from '../../src/testing/perdure-test.js';
import { agentOf } from '../support/agents.js';
import { startLate } from '../support/late-start.js';

const password = 'correct-horse-battery-staple';
let known: string | undefined = password;
/** The runs that no test may end. */
const living = new Set<string>();

let t: PerdureTest;
beforeAll(async () => {
  t = await perdureTest({ time: 'real', secrets: { resolve: () => known } });
});
afterAll(async () => {
  expect(t.ledger.open.filter(({ id }) => !living.has(id))).toEqual([]);
  await t.close();
});

/** Starts a run that repeats its secret, and takes the secret away as soon as the provider has it. */
async function startAndLose(key: string) {
  known = password;
  const variables = { pw: { value: secret('SITE_PASSWORD') } };
  t.simulator.on('browserbase.agentRun', { text: key }).lasts('1 min').returns({ echo: password });
  const started = t.simulator.next({ on: 'start', text: key, phase: 'replied' });
  const run = await t.perdure.start({ key, agent: browserbase.agentRun({ task: key, variables }) });
  await started;
  known = undefined;
  return run;
}

test('a result that can not be masked, since its secret is gone, is withheld and the rest is cleaned up', async () => {
  const run = await startAndLose('secret-gone');
  const outcome = await run.outcome();
  expect(outcome).toMatchObject({
    status: 'unknown',
    error: { code: 'result-unreadable', message: expect.stringContaining('SITE_PASSWORD') },
    cleanup: { confirmed: true },
  });
  const history = await t.client.workflow.getHandle(run.workflowId).fetchHistory();
  const told = Buffer.from(JSON.stringify(outcome)).toString();
  const payloads = JSON.stringify(history).match(/[A-Za-z0-9+/=]{20,}/g) ?? [];
  const texts = [told, ...payloads.map((text) => Buffer.from(text, 'base64').toString('utf8'))];
  expect(texts.filter((text) => text.includes(password))).toEqual([]);
});

test('a secret that comes back before the end is masked as ever', async () => {
  const run = await startAndLose('secret-back');
  await t.simulator.next({ on: 'status', text: 'secret-back', phase: 'replied' });
  setTimeout(() => {
    known = password;
  }, 1_500);
  expect(await run.outcome()).toMatchObject({ status: 'completed', result: { echo: '‹secret SITE_PASSWORD›' } });
});

test('a lost start that is followed by a refusal leaves the run unknown, and is the one that may live', async () => {
  const text = 'lost, then refused';
  t.simulator.on('browserbase.agentRun', { text }).neverEnds();
  t.simulator.fault({ kind: 'reply-lost', on: 'start', text });
  t.simulator.fault({ kind: 'status', status: 402, on: 'start', text });
  const hide = t.simulator.fault({ kind: '5xx-before', on: 'list', times: 'always' });
  const agent = agentOf('browserbase.agentRun', text);
  const outcome = await (await t.perdure.start({ key: 'then-refused', effect: 'read', agent })).outcome();
  hide();
  for (const { id } of t.ledger.open) living.add(id);
  expect(outcome).toMatchObject({
    status: 'unknown',
    error: { code: 'start-unknown' },
    attempts: [{ outcome: 'unknown' }, { outcome: 'refused', error: { code: 'no-credit' } }],
    cleanup: { confirmed: false, left: [expect.stringMatching(/^run:perdure-test-.*-g1$/)] },
  });
});

test('a late run that will not stop is named as what lives', async () => {
  const text = 'late and deaf';
  t.simulator.on('browserbase.agentRun', { text }).lasts('1 hour').ignoresStop();
  startLate(t.simulator, text);
  const agent = agentOf('browserbase.agentRun', text);
  const run = await t.perdure.start({ key: 'deaf', effect: 'read', agent, deadline: '30 min' });
  const { cleanup, attempts } = await run.outcome();
  for (const { id } of t.ledger.open) living.add(id);
  expect(attempts[0]).toMatchObject({ lateRunId: expect.any(String), outcome: 'unknown' });
  expect(cleanup).toMatchObject({ confirmed: false });
  expect(cleanup.left).toContain(`run:${attempts[0]?.lateRunId}`);
});
