import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { BatchItem } from '../../src/client/batch/options.js';
import { browserbase } from '../../src/core/builders.js';
import { type PerdureTest, perdureTest } from '../../src/testing/perdure-test.js';

interface Site {
  key: string;
  text?: string;
}

let t: PerdureTest;
let folder: string;
beforeAll(async () => {
  t = await perdureTest({ time: 'real' });
  folder = await mkdtemp(path.join(tmpdir(), 'perdure-batch-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await t.close();
});

const sites = (count: number): Site[] => Array.from({ length: count }, (_, index) => ({ key: `s${index}` }));
const agentFor = (batch: string) => (site: Site) =>
  browserbase.agentRun({ task: `${batch}: ${site.text ?? site.key}.` });

async function drain<T>(batch: AsyncIterable<BatchItem<T>>): Promise<BatchItem<T>[]> {
  const items = [];
  for await (const item of batch) items.push(item);
  return items;
}

const linesOf = async (file: string) =>
  (await readFile(file, 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
const startsOf = (text: string) => t.ledger.runs.filter((run) => run.text.includes(text)).length;

test('every item gives a result, which stands in the results file; started again, nothing is done twice', async () => {
  t.simulator.on('*', { text: 'whole:' }).lasts('20 s').returns({ total: 12 });
  const resultsFile = path.join(folder, 'whole.jsonl');
  const options = { key: 'whole', items: sites(30), agent: agentFor('whole'), window: 8, resultsFile };
  const batch = await t.perdure.batch(options);
  const items = await drain(batch);
  expect(items).toHaveLength(30);
  expect(items[0]).toMatchObject({ run: `whole/${items[0]?.key}`, status: 'completed', result: { total: 12 } });
  expect(await linesOf(resultsFile)).toEqual(items);
  expect(batch.progress()).toMatchObject({ items: 30, queued: 0, live: 0, byStatus: { completed: 30 }, failures: {} });
  const again = await t.perdure.batch(options);
  expect(await drain(again)).toEqual([]);
  expect(await again.report()).toMatchObject({ items: 30, skipped: 30, byStatus: { completed: 30 } });
  await writeFile(resultsFile, '');
  expect(await drain(await t.perdure.batch(options))).toHaveLength(30);
  expect(startsOf('whole:')).toBe(30);
});
