import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { anchor, browserbase } from '../../src/core/builders.js';
import { batchWorkflowId } from '../../src/core/names.js';
import { type PerdureTest, perdureTest } from '../../src/testing/perdure-test.js';
import { agentOf, drain, linesOf, type Site, sites } from './support.js';

let t: PerdureTest;
let folder: string;
beforeAll(async () => {
  t = await perdureTest({ time: 'real' });
  folder = await mkdtemp(path.join(tmpdir(), 'perdure-batch-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  expect(t.ledger.open).toEqual([]);
  await t.close();
});

const startsOf = (text: string) => t.ledger.runs.filter((run) => run.text.includes(text)).length;
const file = (name: string) => path.join(folder, name);

test('every item gives a result, which stands in the results file; started again, nothing is done twice', async () => {
  t.simulator.on('*', { text: 'whole:' }).lasts('20 s').returns({ total: 12 });
  const resultsFile = file('whole.jsonl');
  const options = { key: 'whole', items: sites(12), agent: agentOf('whole'), window: 4, resultsFile };
  const batch = await t.perdure.batch(options);
  const items = await drain(batch);
  expect(items).toHaveLength(12);
  expect(items[0]).toMatchObject({ run: `whole/${items[0]?.key}`, status: 'completed', result: { total: 12 } });
  expect(await linesOf(resultsFile)).toEqual(items);
  const { raw } = await t.client.workflow.getHandle(batchWorkflowId(batch.key)).describe();
  expect(Number(raw.executionConfig?.defaultWorkflowTaskTimeout?.seconds)).toBe(60);
  expect(batch.progress()).toMatchObject({ items: 12, queued: 0, live: 0, byStatus: { completed: 12 }, failures: {} });
  const again = await t.perdure.batch(options);
  expect(await drain(again)).toEqual([]);
  expect(await again.report()).toMatchObject({ items: 12, skipped: 12, byStatus: { completed: 12 } });
  await writeFile(resultsFile, '');
  expect(await drain(await t.perdure.batch(options))).toHaveLength(12);
  expect(startsOf('whole:')).toBe(12);
});

test('an item that fails at its first target goes on at the next, which stands in the results file; its runs name their batch', async () => {
  t.simulator.on('*', { text: 'places:' }).lasts('20 s');
  t.simulator.on('anchor.webTask', { text: 'places: s1' }).fails('The page is broken.');
  const targets = ({ key }: Site) => [
    { agent: anchor.webTask({ prompt: `places: ${key}.` }) },
    { agent: browserbase.agentRun({ task: `places: ${key}.` }) },
  ];
  const resultsFile = file('places.jsonl');
  const options = { key: 'places', items: sites(3), targets, effect: 'read' as const, resultsFile };
  const items = await drain(await t.perdure.batch(options));
  expect(items.find(({ key }) => key === 's1')).toMatchObject({
    run: 'places/s1:2',
    status: 'completed',
    failedOver: [{ run: 'places/s1', status: 'failed', code: 'run-failed' }],
  });
  expect(startsOf('places:')).toBe(4);
  expect(await t.perdure.get('places/s1').status()).toMatchObject({ batch: 'places' });
  await expect.poll(() => t.perdure.list({ prefix: 'places/' })).toHaveLength(4);
  for (const { batch } of await t.perdure.list({ prefix: 'places/' })) expect(batch).toBe('places');
  await expect
    .poll(() => t.perdure.listBatches({ prefix: 'pla', deployment: 'test' }))
    .toMatchObject([{ key: 'places', status: 'completed', report: { byStatus: { completed: 3 } } }]);
  expect(await t.perdure.listBatches({ prefix: 'pla', deployment: 'other' })).toEqual([]);
  const again = await t.perdure.batch(options);
  expect(await drain(again)).toEqual([]);
  expect(await again.report()).toMatchObject({ skipped: 3, byStatus: { completed: 3 }, failedOver: 1 });
  await expect(t.perdure.findBatch('none')).rejects.toMatchObject({ code: 'batch-not-found' });
});

test('a client that is lost is followed by another, which takes up what lives; a torn last line is no harm', async () => {
  t.simulator.on('*', { text: 'lost:' }).lasts('20 s');
  const resultsFile = file('lost.jsonl');
  const options = { key: 'lost', items: sites(10), agent: agentOf('lost'), window: 3, resultsFile };
  const first = await t.perdure.batch(options);
  for await (const item of first) if (item.key !== 's0') break;
  await appendFile(resultsFile, '{"key":"s9","run":"lost/s9","sta');
  const before = (await readFile(resultsFile, 'utf8')).split('\n').length - 1;
  const rest = await drain(await t.perdure.batch(options));
  expect(rest).toHaveLength(10 - before);
  expect(new Set((await linesOf(resultsFile)).map((line) => (line as Site).key)).size).toBe(10);
  expect(startsOf('lost:')).toBe(10);
});

test('the process that feeds a batch first loses it to the second, and is told so', async () => {
  t.simulator.on('*', { text: 'taken:' }).lasts('1 min');
  const options = { key: 'taken', items: sites(4), agent: agentOf('taken'), window: 1 };
  const first = await t.perdure.batch(options);
  const begun = first[Symbol.asyncIterator]();
  await begun.next();
  const second = drain(await t.perdure.batch(options));
  await expect(
    (async () => {
      while (!(await begun.next()).done);
    })(),
  ).rejects.toMatchObject({ code: 'batch-taken' });
  expect(await second).toHaveLength(4);
  expect(startsOf('taken:')).toBe(4);
});

test('failed items are done again where that is asked for, in runs of their own', async () => {
  t.simulator.on('*', { text: 'redo: s1.' }).fails('The shop is closed.');
  const options = { key: 'redo', items: sites(3), agent: agentOf('redo'), resultsFile: file('redo.jsonl') };
  const failed = (await drain(await t.perdure.batch(options))).find(({ key }) => key === 's1');
  expect(failed).toMatchObject({ status: 'failed', error: { code: 'run-failed' } });
  expect(await drain(await t.perdure.batch(options))).toEqual([]);
  t.simulator.on('*', { text: 'redo: s1.' }).returns({ open: true });
  const batch = await t.perdure.batch({ ...options, again: 'failed' });
  expect(await drain(batch)).toMatchObject([{ key: 's1', run: 'redo/s1:2', status: 'completed' }]);
  expect(batch.progress()).toMatchObject({ items: 3, byStatus: { completed: 3 }, failures: {} });
  expect(startsOf('redo:')).toBe(4);
});

test('a batch with too many failures starts nothing more, and goes on when it is started again', async () => {
  t.simulator.on('*', { text: 'stops: bad' }).fails('No.');
  const items = [...sites(4).map(({ key }) => ({ key: `b${key}`, text: 'bad' })), ...sites(6)];
  const stopping = { key: 'stops', items, agent: agentOf('stops'), window: 2, resultsFile: file('stops.jsonl') };
  const batch = await t.perdure.batch({ ...stopping, stopOn: { failures: 2 } });
  const ended = await drain(batch);
  const report = batch.progress();
  expect(report).toMatchObject({ stopped: 'failures', live: 0, failures: { 'run-failed': report.byStatus.failed } });
  expect(ended.length).toBeLessThan(6);
  expect(report.notStarted).toBe(10 - ended.length);
  expect(await drain(await t.perdure.batch(stopping))).toHaveLength(10 - ended.length);
  expect(startsOf('stops:')).toBe(10);
});

test('a cancel starts nothing more, stops what lives, and reports both', async () => {
  t.simulator.on('*', { text: 'cancel:' }).neverEnds();
  const started = t.simulator.next({ on: 'start', text: 'cancel:', phase: 'replied' });
  const batch = await t.perdure.batch({ key: 'cancel', items: sites(6), agent: agentOf('cancel'), window: 2 });
  const draining = drain(batch);
  await started;
  await batch.cancel();
  const ended = await draining;
  expect(ended.every(({ status, left }) => status === 'cancelled' && left === undefined)).toBe(true);
  expect(ended.length).toBeGreaterThan(0);
  expect(batch.progress()).toMatchObject({ stopped: 'cancelled', live: 0, notStarted: 6 - ended.length });
  expect(await t.perdure.batchReport('cancel')).toMatchObject({ stopped: 'cancelled', live: 0 });
});

test('a batch of many executions hears of the stragglers of each (fault matrix 10: continue-as-new)', async () => {
  t.simulator.on('*', { text: 'anew:' }).lasts('10 s');
  t.simulator.on('*', { text: 'anew: s0.' }).neverEnds();
  const state = { version: 1, key: 'anew', scale: 0.01, mostEvents: 30 };
  await t.client.workflow.start('batchRun', { workflowId: 'perdure:batch:anew', taskQueue: 'perdure', args: [state] });
  const options = { key: 'anew', items: sites(14), agent: agentOf('anew'), window: 3, deadline: '12 h' };
  const ended = [];
  for await (const item of await t.perdure.batch(options)) {
    ended.push(item);
    if (ended.length === 13) await t.perdure.get('anew/s0').cancel();
  }
  expect(ended).toHaveLength(14);
  expect(ended.at(-1)).toMatchObject({ key: 's0', status: 'cancelled' });
  const query = "WorkflowId = 'perdure:batch:anew' AND ExecutionStatus = 'ContinuedAsNew'";
  expect((await t.client.workflow.count(query)).count).toBeGreaterThanOrEqual(2);
  expect(startsOf('anew:')).toBe(14);
});

test('a run that was terminated, and tells nothing, is found; so is a batch that was', async () => {
  t.simulator.on('*', { text: 'gone:' }).lasts('30 s');
  t.simulator.on('*', { text: 'gone: s0.' }).lasts('20 min');
  const started = t.simulator.next({ on: 'start', text: 'gone: s0.', phase: 'replied' });
  const batch = await t.perdure.batch({ key: 'gone', items: sites(5), agent: agentOf('gone'), window: 2 });
  const draining = drain(batch);
  await started;
  await t.client.workflow.getHandle('perdure:batch:gone').terminate();
  await t.client.workflow.getHandle('perdure:run:gone/s0').terminate();
  const ended = await draining;
  expect(ended).toHaveLength(5);
  expect(ended.find(({ key }) => key === 's0')).toMatchObject({ status: 'unknown', error: { code: 'run-terminated' } });
  expect(startsOf('gone:')).toBe(5);
  // Nobody cleans up after a run that was terminated: it ends by itself.
  await t.advance('20 min');
});
