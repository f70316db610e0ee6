import { afterAll, beforeAll, expect, test } from 'vitest';
import { anchor, browserbase } from '../../src/core/builders.js';
import { runWorkflowId } from '../../src/core/names.js';
import { type PerdureTest, perdureTest } from '../../src/testing/perdure-test.js';

let t: PerdureTest;
beforeAll(async () => {
  t = await perdureTest({ time: 'real' });
  t.simulator.on('*').lasts('2 min').returns({ total: 12 });
});
afterAll(async () => {
  expect(t.ledger.open).toEqual([]);
  await t.close();
});

const by = { by: 'ann' };

/** The provider's id of the run that was started with this text. */
function runOf(text: string): string {
  return t.ledger.runs.find((run) => run.text.includes(text))?.id ?? '';
}

const startsOf = (text: string) => t.ledger.runs.filter((run) => run.text.includes(text));

test.concurrent('a run that asks about its start is answered by an adoption', async () => {
  const task = 'asks, then adopted';
  t.simulator.fault({ kind: 'reply-lost', on: 'start', text: task });
  const run = await t.perdure.start({ key: 'asks', agent: browserbase.agentRun({ task, mark: 'off' }) });
  await t.nextQuestion(run);
  await t.perdure.adopt('asks', runOf(task), by);
  expect(await run.outcome()).toMatchObject({
    status: 'completed',
    result: { total: 12 },
    attempts: [{ outcome: 'adopted', runId: runOf(task) }],
    questions: [{ state: 'applied', by: 'ann', channel: 'client' }],
  });
});

test.concurrent('a decision that can not be carried out is refused at once', async () => {
  const text = 'asks, and is told half of it';
  t.simulator.fault({ kind: 'reply-lost', on: 'start', text });
  const agent = anchor.namedTask({ taskName: 'invoices', inputs: { ANCHOR_NOTE: text }, session: 'provider' });
  const run = await t.perdure.start({ key: 'half-told', agent });
  const question = await t.nextQuestion(run);
  expect(await t.answer(question, { decision: 'adopt' }, by)).toMatchObject({
    reason: expect.stringContaining("give the run's id"),
  });
  const bare = { decision: 'adopt', runId: 'execution-1' };
  expect(await t.answer(question, bare, by)).toMatchObject({
    reason: expect.stringContaining('<task id>/<execution id>'),
  });
  expect(await t.answer(question, { decision: 'give up' }, by)).toEqual({ accepted: true });
  expect(await run.outcome()).toMatchObject({ status: 'unknown' });
});

test.concurrent('a run that ended unknown goes on with the run that a person found, under the same key', async () => {
  const task = 'unknown, then adopted';
  t.simulator.fault({ kind: 'reply-lost', on: 'start', text: task });
  const options = {
    key: 'unknown',
    onUnknownStart: 'fail',
    agent: browserbase.agentRun({ task, mark: 'off' }),
  } as const;
  const run = await t.perdure.start(options);
  const ended = await run.outcome();
  expect(ended.status).toBe('unknown');
  await t.perdure.adopt('unknown', runOf(task), by);
  const outcome = await run.outcome();
  expect(outcome).toMatchObject({ status: 'completed', result: { total: 12 }, provider: { runId: runOf(task) } });
  expect(await (await t.perdure.start(options)).outcome()).toEqual(outcome);
  await expect(t.perdure.start({ ...options, effect: 'read' })).rejects.toMatchObject({ code: 'key-taken' });
  expect(startsOf(task)).toHaveLength(1);
});

test.concurrent('a run in an own session whose workflow was terminated goes on, and its session is ended', async () => {
  const text = 'terminated, then adopted';
  const accepted = t.simulator.next({ on: 'start', text, phase: 'replied' });
  const run = await t.perdure.start({
    key: 'terminated',
    agent: anchor.webTask({ prompt: text, session: { tags: [text] } }),
  });
  const { runId = '' } = await accepted;
  await t.simulator.next({ on: 'status', text, phase: 'replied' });
  await t.client.workflow.getHandle(runWorkflowId('terminated')).terminate();
  expect((await run.outcome()).error?.code).toBe('run-terminated');
  await t.perdure.adopt('terminated', runId, by);
  const { typedSearchAttributes } = await t.client.workflow.getHandle(runWorkflowId('terminated')).describe();
  const [session] = t.ledger.sessions.filter(({ tags }) => tags.includes(text));
  const mark = typedSearchAttributes.getAll().find(({ key }) => key.name === 'PerdureMark')?.value;
  expect(session?.tags).toContain(mark);
  expect(await run.outcome()).toMatchObject({
    status: 'completed',
    result: { total: 12 },
    cleanup: { confirmed: true, left: [] },
  });
  expect(t.ledger.effects({ effect: 'session.end', sessionId: session?.id })).toHaveLength(1);
});

const refusals = [
  { key: 'completed', agent: anchor.webTask({ prompt: 'completed' }), why: 'it ended completed' },
  { key: 'blocking', agent: anchor.sessionAgent({ prompt: 'blocking' }), why: 'the call that was lost' },
  { key: 'legacy', agent: anchor.namedTask({ taskName: 'legacy' }), why: '<task id>/<execution id>' },
];

test.concurrent.each(refusals)('a run of the key $key takes up none', async ({ key, agent, why }) => {
  if (key !== 'completed') t.simulator.fault({ kind: 'reply-lost', on: 'start', endpoint: agent.endpoint });
  const run = await t.perdure.start({ key, agent, onUnknownStart: 'fail' });
  await run.outcome();
  const refusal = { code: 'adopt-refused', message: expect.stringContaining(why) as unknown };
  await expect(t.perdure.adopt(key, 'some-run', by)).rejects.toMatchObject(refusal);
});

test.concurrent('a run that goes on without a question takes up none, and a key without a run is named', async () => {
  const text = 'going on';
  t.simulator.on('anchor.webTask', { text }).neverEnds();
  const run = await t.perdure.start({ key: 'going', agent: anchor.webTask({ prompt: text }) });
  await t.simulator.next({ on: 'start', text, phase: 'replied' });
  await expect(t.perdure.adopt('going', 'some-run', by)).rejects.toMatchObject({ code: 'adopt-refused' });
  await run.cancel();
  expect((await run.outcome()).status).toBe('cancelled');
  await expect(t.perdure.adopt('nobody', 'some-run', by)).rejects.toMatchObject({ code: 'run-not-found' });
});
