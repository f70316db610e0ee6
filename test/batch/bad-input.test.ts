import { appendFile, mkdtemp, readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, assert, beforeAll, expect, test } from 'vitest';
import { ItemSource } from '../../src/client/batch/items.js';
import type { BatchOptions, BatchTerms } from '../../src/client/batch/options.js';
import { ResultsFile } from '../../src/client/batch/results-file.js';
import { type AgentSpec, browserbase } from '../../src/core/builders.js';
import { isPerdureError } from '../../src/core/errors.js';
import { batchOptions } from '../../src/schemas/batch.js';
import { check } from '../../src/schemas/parse.js';
import { agentOf, type Site, sites } from './support.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'perdure-batch-input-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const context = { deployment: () => 'test', taskQueue: 'perdure' };

type More = Partial<BatchTerms<Site>> & { agent?: (site: Site) => AgentSpec };

function source(items: BatchOptions<Site>['items'], more: More = {}) {
  return new ItemSource<Site, unknown>({ key: 'k', items, agent: agentOf('k'), ...more }, context, ResultsFile.none());
}

async function refusal(act: () => Promise<unknown>): Promise<string> {
  const error: unknown = await act().then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  assert(isPerdureError(error, 'bad-input'));
  return error.message;
}

async function write(name: string, text: string): Promise<string> {
  const file = path.join(folder, name);
  await writeFile(file, text);
  return file;
}

test('what is wrong with lines of a file is told with their places, all at once', async () => {
  const file = await write(
    'bad.jsonl',
    '{"key":"a"}\n{"key":\n\n{"key":"a"}\n{"name":"b"}\n{"key":"c d"}\n{"key":"e:2"}\n',
  );
  const message = await refusal(() => source(file).checkAll());
  expect(message).toContain("5 items can't be used; nothing was started:");
  expect(message).toContain(`${file}:2: the line is not JSON.`);
  expect(message).toContain(`${file}:4: the item key 'a' is that of ${file}:1 too.`);
  expect(message).toContain(`${file}:5: the item has neither a field key nor id.`);
  expect(message).toContain(`The item at ${file}:6 can't be used: key: expected 1 to 180 of`);
  expect(message).toContain(`${file}:7: the item key 'e:2' ends in a colon and a number.`);
});

test('of many items at fault the first ten are told, and how many more there are', async () => {
  const message = await refusal(() => source(sites(25), { itemKey: () => 'same' }).checkAll());
  expect(message).toContain("24 items can't be used");
  expect(message).toContain('items[10]: the item key');
  expect(message).toContain('and 14 more');
});

test('an agent that does not fit, and a function that throws, name the item', async () => {
  const odd = () => Object.assign(browserbase.agentRun({ task: 't' }), { endpoint: 'nowhere' });
  expect(await refusal(() => source(sites(1), { agent: odd }).checkAll())).toContain(
    "The item at items[0] can't be used: agent.endpoint",
  );
  const throws = () => {
    throw new TypeError('no url');
  };
  expect(await refusal(() => source(sites(1), { agent: throws }).checkAll())).toContain(
    'items[0]: agent has thrown: no url',
  );
});

test('an item may have 512 KiB', async () => {
  const items = [{ key: 'a', text: 'x'.repeat(600 * 1024) }];
  expect(await refusal(() => source(items).checkAll())).toContain('items[0]: the item has');
});

test('a file that is not there is said to be so', async () => {
  expect(await refusal(() => source(path.join(folder, 'none.jsonl')).checkAll())).toContain("can't be read: ENOENT");
});

test('items that come one by one are checked a page at a time', async () => {
  async function* stream() {
    yield* sites(250);
    yield { key: 's3' };
  }
  const items = source(stream());
  await items.checkAll();
  const page = await items.nextPage();
  expect(page).toMatchObject({ last: false });
  expect(page.items.length).toBeGreaterThan(150);
  expect(await refusal(() => items.nextPage())).toContain("items[250]: the item key 's3' is that of items[3] too.");
});

test('a page has at most 128 KiB', async () => {
  const items = source(sites(10).map(({ key }) => ({ key, text: 'x'.repeat(50 * 1024) })));
  const sizes = [];
  for (let last = false; !last; ) {
    const page = await items.nextPage();
    sizes.push(page.items.length);
    last = page.last;
  }
  expect(sizes).toEqual([2, 2, 2, 2, 2]);
});

/** How many handles of a file this process holds, where the system tells. */
async function heldHandles(file: string): Promise<number> {
  const numbers = await readdir('/proc/self/fd').catch(() => []);
  const targets = await Promise.all(numbers.map((number) => readlink(`/proc/self/fd/${number}`).catch(() => '')));
  return targets.filter((target) => target === file).length;
}

const record = (key: string, run = `k/${key}`) =>
  JSON.stringify({ key, run, status: 'completed', startedAt: '2026-01-01T00:00:00Z', endedAt: '2026-01-01T00:01:00Z' });

test('a results file whose last line was cut off loses that line alone', async () => {
  const file = await write('torn.jsonl', `${record('a')}\n${record('b')}\n${record('c').slice(0, 30)}`);
  const results = await ResultsFile.open(file, 'k');
  expect(await heldHandles(file)).toBe(0);
  expect([...results.recorded.keys()]).toEqual(['a', 'b']);
  expect(results.tally.counts()).toMatchObject({
    byStatus: { completed: 2 },
    slowest: [{ ms: 60_000 }, { ms: 60_000 }],
  });
  await results.append([{ ...JSON.parse(record('d')) }]);
  await results.close();
  expect([...(await ResultsFile.open(file, 'k')).recorded.keys()]).toEqual(['a', 'b', 'd']);
});

test('a results file that is something else is refused, and keeps its last line though no newline ends it', async () => {
  for (const text of ['{"key":"a"}\n{"key":"b"}', '{"key":"a"}', 'a text', '{"key":"a","url":"https://a.exam']) {
    const file = await write('input.jsonl', text);
    await refusal(() => ResultsFile.open(file, 'k'));
    expect(await readFile(file, 'utf8')).toBe(text);
  }
});

test('a results file whose last newline was taken away keeps its last line, and gets the newline again', async () => {
  const file = await write('stripped.jsonl', `${record('a')}\n${record('b')}`);
  const results = await ResultsFile.open(file, 'k');
  expect([...results.recorded.keys()]).toEqual(['a', 'b']);
  await results.append([{ ...JSON.parse(record('c')) }]);
  await results.close();
  expect(await readFile(file, 'utf8')).toBe(`${record('a')}\n${record('b')}\n${record('c')}\n`);
});

test('a results file whose first line was cut off is begun anew', async () => {
  for (const text of ['{"ke', record('a').slice(0, 30)]) {
    const results = await ResultsFile.open(await write('first.jsonl', text), 'k');
    await results.append([{ ...JSON.parse(record('a')) }]);
    await results.close();
    expect(await readFile(path.join(folder, 'first.jsonl'), 'utf8')).toBe(`${record('a')}\n`);
  }
});

test('a line that another process was writing when the file was opened is whole, and not written twice', async () => {
  const file = await write('written.jsonl', `${record('a')}\n${record('b').slice(0, 30)}`);
  const results = await ResultsFile.open(file, 'k');
  await appendFile(file, `${record('b').slice(30)}\n`);
  await results.append([record('b'), record('c')].map((line) => JSON.parse(line)));
  await results.close();
  expect(await readFile(file, 'utf8')).toBe(['a', 'b', 'c'].map((key) => `${record(key)}\n`).join(''));
  expect(results.tally.counts()).toMatchObject({ byStatus: { completed: 3 } });
});

test('a results file that is broken, or of another batch, is refused with the line', async () => {
  const broken = await write('broken.jsonl', `${record('a')}\nnonsense\n${record('b')}\n`);
  expect(await refusal(() => ResultsFile.open(broken, 'k'))).toContain(`${broken}:2 is not JSON.`);
  const odd = await write('odd.jsonl', '{"key":"a"}\n');
  expect(await refusal(() => ResultsFile.open(odd, 'k'))).toContain(`${odd}:1 is not a line that a batch writes.`);
  const other = await write('other.jsonl', `${record('a', 'j/a')}\n`);
  expect(await refusal(() => ResultsFile.open(other, 'k'))).toContain(
    `${other}:1 is of the run 'j/a', of another batch.`,
  );
});

test.each([
  [{ key: 'a b' }, 'key'],
  [{ key: 'k', window: 0 }, 'window'],
  [{ key: 'k', window: 501 }, 'window'],
  [{ key: 'k', stopOn: { failures: 0 } }, 'stopOn.failures'],
  [{ key: 'k', stopOn: { failures: '120%' } }, 'stopOn.failures'],
  [{ key: 'k', again: 'all', resultsFile: 'f' }, 'again'],
  [{ key: 'k', again: 'failed' }, 'again'],
])('the options %j are refused at %s', (given, place) => {
  expect(check(batchOptions, given)).toMatchObject({ ok: false, problems: [{ path: place }] });
});
