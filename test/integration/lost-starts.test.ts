import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AgentSpec, anchor, browserbase } from '../../src/core/builders.js';
import type { EndpointName } from '../../src/core/endpoints.js';
import { type PerdureTest, perdureTest } from '../../src/testing/perdure-test.js';
import { resetRun } from '../faults/reset.js';
import { startLate } from '../support/late-start.js';

let t: PerdureTest;
beforeAll(async () => {
  t = await perdureTest({ time: 'real' });
  t.simulator.on('*').lasts('2 min').returns({ total: 12 });
});
afterAll(async () => {
  expect(t.ledger.open).toEqual([]);
  await t.close();
});

const prompt = (text: string) => ({ prompt: text });
const inOwnSession: ((text: string) => AgentSpec)[] = [
  (text) => anchor.webTask(prompt(text)),
  (text) => anchor.sessionAgent(prompt(text)),
  (text) => anchor.task({ taskId: 'task-1', input_params: { text } }),
  (text) => anchor.namedTask({ taskName: 'task', inputs: { ANCHOR_TEXT: text } }),
];

const started = (endpoint: EndpointName, text: string) =>
  t.ledger.effects(endpoint).filter((effect) => JSON.stringify(effect).includes(text));

test.concurrent.each(['reply-lost', '5xx-after', 'html', 'hang-after'] as const)(
  'a run at Browserbase whose reply was lost by %s is found by its mark and adopted (fault matrix 2: response lost)',
  async (kind) => {
    const task = `lost by ${kind}, write`;
    t.simulator.fault({ kind, on: 'start', text: task });
    const run = await t.perdure.start({ key: `adopted-${kind}`, agent: browserbase.agentRun({ task }) });
    const outcome = await run.outcome();
    expect(outcome).toMatchObject({
      status: 'completed',
      result: { total: 12 },
      fence: 'none',
      attempts: [{ generation: 1, outcome: 'adopted', error: { code: 'start-unknown' } }],
    });
    expect(started('browserbase.agentRun', task)).toHaveLength(1);
  },
);

test.concurrent.each(['before-start', 'after-start'] as const)(
  'a workflow that is reset to %s goes on with the run that it had started (fault matrix 15: workflow reset)',
  async (place) => {
    const task = `reset ${place}, write`;
    t.simulator.on('browserbase.agentRun', { text: task }).lasts('10 min').returns({ total: 12 });
    const looked = t.simulator.next({ on: 'status', text: task, phase: 'replied' });
    const run = await t.perdure.start({ key: `reset-${place}`, agent: browserbase.agentRun({ task }) });
    await looked;
    expect(await resetRun(t.client, run.key, place)).toBe(true);
    const outcome = await run.outcome();
    expect(outcome).toMatchObject({ status: 'completed', result: { total: 12 }, cleanup: { confirmed: true } });
    expect(started('browserbase.agentRun', task)).toMatchObject([{ runId: outcome.provider.runId }]);
  },
);

test.concurrent('a read at Browserbase that never started is started again under a further generation', async () => {
  const task = 'never started, read';
  t.simulator.fault({ kind: '5xx-before', on: 'start', text: task });
  const run = await t.perdure.start({ key: 'again', effect: 'read', agent: browserbase.agentRun({ task }) });
  const outcome = await run.outcome();
  expect(outcome).toMatchObject({
    status: 'completed',
    attempts: [
      { generation: 1, outcome: 'unknown' },
      { generation: 2, outcome: 'accepted' },
    ],
  });
  expect(started('browserbase.agentRun', task)).toHaveLength(1);
});

test.concurrent('a run that shows after it was started again is stopped and recorded (fault matrix 2: late success)', async () => {
  const task = 'late effect, read';
  startLate(t.simulator, task);
  t.simulator.on('browserbase.agentRun', { text: task }).lasts('8 min');
  const run = await t.perdure.start({ key: 'late', effect: 'read', agent: browserbase.agentRun({ task }) });
  const outcome = await run.outcome();
  const [first] = outcome.attempts;
  expect(outcome).toMatchObject({ status: 'completed', cleanup: { confirmed: true } });
  expect(first).toMatchObject({ generation: 1, outcome: 'unknown', lateRunId: expect.any(String), fence: 'confirmed' });
  expect(started('browserbase.agentRun', task)).toHaveLength(2);
});

test.concurrent('an unmarked start that was lost and made again is named as what may live', async () => {
  const task = 'unmarked and lost';
  t.simulator.fault({ kind: '5xx-before', on: 'start', text: task });
  const agent = browserbase.agentRun({ task, mark: 'off' });
  const run = await t.perdure.start({ key: 'unmarked', effect: 'read', agent });
  expect(await run.outcome()).toMatchObject({
    status: 'completed',
    fence: 'none',
    cleanup: { confirmed: false, left: ['start:g1'] },
  });
});

test.concurrent('a session that could not be ended after a lost start is ended with the run that follows it', async () => {
  const prompt = 'session not ended at first';
  t.simulator.fault({ kind: '5xx-before', on: 'start', text: prompt });
  const mend = t.simulator.fault({ kind: 'status', status: 500, on: 'session.end', text: prompt, times: 'always' });
  const agent = anchor.webTask({ prompt, session: { tags: [prompt] } });
  const run = await t.perdure.start({ key: 'not-ended', effect: 'read', agent });
  while (started('anchor.webTask', prompt).length === 0) await t.simulator.next({ on: 'start', phase: 'replied' });
  mend();
  const outcome = await run.outcome();
  expect(outcome).toMatchObject({ status: 'completed', cleanup: { confirmed: true, left: [] } });
  expect(outcome.attempts).toMatchObject([{ generation: 1, fence: 'assumed' }, { generation: 2 }]);
  const sessions = t.ledger.sessions.filter(({ tags }) => tags.includes(prompt));
  expect(sessions.map(({ endedAt }) => endedAt !== undefined)).toEqual([true, true]);
});

const decisions = [
  { decision: { decision: 'start again' }, status: 'completed', generations: 2 },
  { decision: { decision: 'give up' }, status: 'unknown', generations: 1 },
] as const;

test.concurrent.each(decisions)('a write that was lost asks a person: $decision.decision', async (expected) => {
  const task = `lost write, ${expected.decision.decision}`;
  t.simulator.fault({ kind: '5xx-before', on: 'start', text: task });
  const run = await t.perdure.start({ key: `ask-${expected.status}`, agent: browserbase.agentRun({ task }) });
  const question = await t.nextQuestion(run);
  expect(question.message).toMatch(
    /^The answer to the start was lost, .*\(mark perdure-test-[^,)]+, sent at [^)]+\): adopt, start again, give up\? What was met: ./,
  );
  expect(await t.answer(question, { decision: 'perhaps' }, { by: 'ann' })).toMatchObject({ accepted: false });
  expect(await t.answer(question, expected.decision, { by: 'ann' })).toEqual({ accepted: true });
  const outcome = await run.outcome();
  expect(outcome).toMatchObject({ status: expected.status, questions: [{ state: 'applied', by: 'ann' }] });
  expect(outcome.attempts).toHaveLength(expected.generations);
});

test.concurrent('a person names the run that was lost, and it is adopted', async () => {
  const task = 'adopted by a person';
  t.simulator.fault({ kind: 'reply-lost', on: 'start', text: task });
  const agent = browserbase.agentRun({ task, mark: 'off' });
  const run = await t.perdure.start({ key: 'named', agent });
  const question = await t.nextQuestion(run);
  const [effect] = started('browserbase.agentRun', task);
  await t.answer(question, { decision: 'adopt', runId: effect?.runId ?? '' }, { by: 'ann' });
  expect(await run.outcome()).toMatchObject({
    status: 'completed',
    attempts: [{ outcome: 'adopted', runId: effect?.runId }],
  });
});

test.concurrent('nobody answers, and the write ends unknown', async () => {
  const task = 'lost write, nobody answers';
  t.simulator.fault({ kind: '5xx-before', on: 'start', text: task });
  const timings = { ask: 2000 };
  const run = await t.perdure.start({ key: 'silence', timings, agent: browserbase.agentRun({ task }) });
  expect(await run.outcome()).toMatchObject({
    status: 'unknown',
    error: { code: 'start-unknown' },
    questions: [{ state: 'expired' }],
  });
});

test.concurrent.each(inOwnSession)('a start in an own session that never began is made again (%#)', async (agentOf) => {
  const agent = agentOf('never began');
  t.simulator.fault({ kind: '5xx-before', on: 'start', endpoint: agent.endpoint });
  const run = await t.perdure.start({ key: `fenced-${agent.endpoint}`, agent });
  expect(await run.outcome()).toMatchObject({
    status: 'completed',
    fence: 'confirmed',
    attempts: [
      { generation: 1, outcome: 'unknown', fence: 'confirmed' },
      { generation: 2, outcome: 'accepted' },
    ],
  });
  expect(started(agent.endpoint, 'never began')).toHaveLength(1);
});

test.concurrent('a write in an own session that began is never started again without a person', async () => {
  const text = 'began, write';
  t.simulator.fault({ kind: 'reply-lost', on: 'start', text });
  const run = await t.perdure.start({ key: 'began', onUnknownStart: 'fail', agent: anchor.webTask(prompt(text)) });
  expect(await run.outcome()).toMatchObject({
    status: 'unknown',
    fence: 'confirmed',
    cleanup: { confirmed: true, left: [] },
    attempts: [{ generation: 1, outcome: 'unknown', fence: 'confirmed' }],
  });
  expect(started('anchor.webTask', text)).toHaveLength(1);
});
