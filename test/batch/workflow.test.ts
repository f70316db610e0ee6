import path from 'node:path';
import { ApplicationFailure, CancelledFailure, WorkflowFailedError } from '@temporalio/client';
import { afterAll, assert, beforeAll, expect, test } from 'vitest';
import { type PerdureTest, perdureTest } from '../../src/testing/perdure-test.js';
import type { TextsInput, texts, textsAtOnce, textsAtTwo } from './fixtures/workflows.js';

let t: PerdureTest;
beforeAll(async () => {
  t = await perdureTest({ time: 'real', workflowsPath: path.join(import.meta.dirname, 'fixtures', 'workflows.ts') });
});
afterAll(async () => {
  expect(t.ledger.open).toEqual([]);
  await t.close();
});

function start(workflowId: string, input: TextsInput) {
  return t.client.workflow.start<typeof texts>('texts', { args: [input], workflowId, taskQueue: t.taskQueue });
}

async function failureOf(handle: { result(): Promise<unknown> }): Promise<unknown> {
  const error: unknown = await handle.result().catch((thrown: unknown) => thrown);
  assert(error instanceof WorkflowFailedError);
  return error.cause;
}

const startsOf = (text: string) => t.ledger.runs.filter((run) => run.text.includes(text)).length;
const itemsOf = (text: string, count: number) =>
  Array.from({ length: count }, (_, index) => ({ key: `i${index}`, text: `${text} ${index}` }));

test('a batch in a workflow gives each result, and the failures beside them', async () => {
  t.simulator.on('*', { text: 'inside' }).returns({ total: 12 });
  t.simulator.on('*', { text: 'inside 3' }).fails('No.');
  const handle = await start('inside', { name: 'all', items: itemsOf('inside', 7), window: 3 });
  const { report, items, resultsLeftOut } = await handle.result();
  expect(report).toMatchObject({ key: 'inside/all', items: 7, byStatus: { completed: 6, failed: 1 } });
  expect(report.failures).toEqual({ 'run-failed': 1 });
  expect(items).toHaveLength(7);
  expect(items.find(({ key }) => key === 'i0')).toEqual({
    key: 'i0',
    run: 'inside/all/i0',
    status: 'completed',
    result: { total: 12 },
  });
  expect(items.find(({ key }) => key === 'i3')).toMatchObject({ status: 'failed', code: 'run-failed' });
  expect(resultsLeftOut).toBeUndefined();
});

test('items that are more than a batch holds at once are brought page by page', async () => {
  t.simulator.on('*', { text: 'pages' }).returns({ ok: true });
  const items = itemsOf('pages', 12).map((item) => ({ ...item, filler: 100_000 }));
  const { report } = await (await start('pages', { name: 'all', items, window: 2 })).result();
  expect(report).toMatchObject({ items: 12, byStatus: { completed: 12 } });
  expect(startsOf('pages')).toBe(12);
});

test('an item that fails at its first target goes on at the next, and both are told of and counted', async () => {
  t.simulator.on('*', { text: 'two' }).returns({ ok: true });
  t.simulator.on('anchor.webTask', { text: 'two 1' }).fails('The page is broken.');
  const input: TextsInput = { name: 'all', items: itemsOf('two', 3) };
  const options = { args: [input] as [TextsInput], workflowId: 'two', taskQueue: t.taskQueue };
  const { report, items } = await t.client.workflow.execute<typeof textsAtTwo>('textsAtTwo', options);
  expect(report).toMatchObject({ items: 3, byStatus: { completed: 3 }, failures: {}, failedOver: 1 });
  expect(items.find(({ key }) => key === 'i1')).toMatchObject({
    run: 'two/all/i1:2',
    status: 'completed',
    failedOver: [{ run: 'two/all/i1', status: 'failed', code: 'run-failed' }],
  });
  expect(startsOf('two')).toBe(4);
});

test('a result that is more than a batch tells is said to be left out; the others are given', async () => {
  t.simulator.on('*', { text: 'large' }).returns({ ok: true });
  t.simulator.on('*', { text: 'large 1' }).returns({ text: 'x'.repeat(9_000) });
  const { items, resultsLeftOut } = await (await start('large', { name: 'all', items: itemsOf('large', 2) })).result();
  expect(resultsLeftOut).toBe(true);
  expect(items.map(({ key, result }) => [key, result]).toSorted()).toEqual([
    ['i0', { ok: true }],
    ['i1', undefined],
  ]);
});

test('a share of failures stops a batch from the twentieth end on', async () => {
  t.simulator.on('*', { text: 'share' }).fails('No.');
  const input: TextsInput = { name: 'all', items: itemsOf('share', 40), window: 5, stopOn: { failures: '30%' } };
  const { report } = await (await start('share', input)).result();
  expect(report.stopped).toBe('failures');
  expect(report.byStatus.failed).toBeGreaterThanOrEqual(20);
  expect(report.notStarted).toBe(40 - report.items);
  expect(await t.perdure.listBatches({ prefix: 'share/', status: ['failed'] })).toMatchObject([
    { key: 'share/all', status: 'failed', report: { stopped: 'failures' } },
  ]);
});

test('an item that does not fit fails the batch before anything is started; no items are no error', async () => {
  const twice = [...itemsOf('bad', 2), ...itemsOf('bad', 1)];
  expect(await failureOf(await start('bad-twice', { name: 'all', items: twice }))).toMatchObject({
    type: 'bad-input',
    message: "The batch 'all': items[2] has the key 'i0', which another has too.",
  });
  const failure = await failureOf(await start('bad-key', { name: 'all', items: [{ key: 'a b', text: 'bad' }] }));
  assert(failure instanceof ApplicationFailure);
  expect(failure).toMatchObject({ type: 'bad-input', message: expect.stringContaining('key') });
  for (const more of [{ window: 0 }, { window: 501 }, { stopOn: { failures: '0%' } }] as const) {
    const [field = ''] = Object.keys(more);
    const wrong = { name: 'all', items: itemsOf('bad', 1), ...more };
    expect(await failureOf(await start(`bad-${JSON.stringify(more)}`, wrong))).toMatchObject({
      type: 'bad-input',
      message: expect.stringContaining(`The batch 'all': ${field}`),
    });
  }
  expect(startsOf('bad')).toBe(0);
  expect(await (await start('empty', { name: 'all', items: [] })).result()).toMatchObject({ items: [] });
});

test('items that are more than one message carries are checked in several; one that no message carries is refused', async () => {
  const items = [...itemsOf('heavy', 21), { key: 'a b', text: 'heavy' }].map((item) => ({ ...item, filler: 100_000 }));
  const inputs = Array.from({ length: 5 }, (_, index): TextsInput => ({ name: `all-${index}`, items }));
  const options = { args: [inputs] as [TextsInput[]], workflowId: 'heavy', taskQueue: t.taskQueue };
  const failures = await t.client.workflow.execute<typeof textsAtOnce>('textsAtOnce', options);
  expect(failures).toHaveLength(5);
  for (const failure of failures) expect(failure).toContain('key: expected 1 to 180 of');
  for (const filler of [600_000, 2_500_000]) {
    const large = [...itemsOf('heavy', 1), { key: 'large', text: 'heavy', filler }];
    expect(await failureOf(await start(`large-${filler}`, { name: 'all', items: large }))).toMatchObject({
      type: 'bad-input',
      message: expect.stringContaining("The batch 'all': the item 'large' has "),
    });
  }
  expect(startsOf('heavy')).toBe(0);
});

test('a cancel of the workflow goes through to what lives', async () => {
  t.simulator.on('*', { text: 'through' }).neverEnds();
  const started = t.simulator.next({ on: 'start', text: 'through', phase: 'replied' });
  const handle = await start('through', { name: 'all', items: itemsOf('through', 5), window: 2 });
  await started;
  await handle.cancel();
  expect(await failureOf(handle)).toBeInstanceOf(CancelledFailure);
  const report = await t.perdure.batchReport('through/all');
  expect(report).toMatchObject({ stopped: 'cancelled', live: 0 });
  expect(report.byStatus).toEqual({ cancelled: report.items });
});
