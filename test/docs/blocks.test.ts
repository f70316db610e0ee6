import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadClientConfigFromToml } from '@temporalio/envconfig';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { assert, expect, test } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { ItemSource } from '../../src/client/batch/items.js';
import { ResultsFile } from '../../src/client/batch/results-file.js';
import { browserbase } from '../../src/core/builders.js';
import { isPerdureError } from '../../src/core/errors.js';
import { checkPlan, planJsonSchema } from '../../src/plan/index.js';
import { config } from '../../src/schemas/config.js';
import { check } from '../../src/schemas/parse.js';
import { run } from '../cli/fake-context.js';
import { blocks, blocksOf, pages, root } from './pages.js';

/** Who holds the blocks of a language; a block of another one is held by nobody. */
const held = ['ts', 'yaml', 'toml', 'json', 'text', 'sh'];

test('every block of the pages is of a language that is tested', () => {
  expect(blocks.length).toBeGreaterThan(30);
  expect(blocks.filter(({ language }) => !held.includes(language))).toEqual([]);
});

const files = (folder: string) =>
  readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => ({ file: path.join(folder, file), text: readFileSync(path.join(root, folder, file), 'utf8') }));
const examples = files('examples');
const testing = [...files('test'), ...examples.filter(({ file }) => file.endsWith('.test.ts'))];

/** Whether a file loads another: it names its path, without the ending, from where it stands. */
function loads(one: { file: string; text: string }, other: string): boolean {
  const named = [...one.text.matchAll(/['"]([^'"\n]*?)\.[jt]s['"]/g)].map(([, name = '']) => name);
  return named.some((name) => `${path.join(path.dirname(one.file), name)}.ts` === other);
}

/** Whether a test loads an example, itself or by another. */
function isRun(file: string): boolean {
  if (file.endsWith('.test.ts') || testing.some((one) => loads(one, file))) return true;
  return examples.some((one) => loads(one, file) && isRun(one.file));
}

test.each(blocksOf('ts'))('the TypeScript of $place stands, line by line, in one example that a test runs', (block) => {
  const holders = examples.filter(({ text }) => `\n${text}`.includes(`\n${block.text}\n`));
  expect(holders.map(({ file }) => file)).toHaveLength(1);
  expect(holders.filter(({ file }) => !isRun(file))).toEqual([]);
});

/** Programs that serve or wait until somebody ends them, of a few lines around what a test does load. */
const programs = ['worker.ts', 'start.ts'];

test('every example is loaded by a test, but for programs that serve or wait', () => {
  const alone = examples.map(({ file }) => file).filter((file) => !isRun(file));
  expect(alone.filter((file) => !programs.includes(path.basename(file)))).toEqual([]);
});

const fitsEditors = new Ajv2020({ strict: false }).compile(planJsonSchema());

test.each(blocksOf('yaml'))('the YAML of $place is a plan or a configuration that can be used', ({ place, text }) => {
  const value: unknown = parseYaml(text);
  assert(typeof value === 'object' && value !== null);
  if (!('steps' in value)) {
    expect(check(config, value)).toMatchObject({ ok: true });
    return;
  }
  expect(checkPlan(text, place)).toMatchObject({ ok: true });
  expect(fitsEditors(value), JSON.stringify(fitsEditors.errors)).toBe(true);
});

test.each(blocksOf('toml'))("the TOML of $place is taken by Temporal's own reader", ({ text }) => {
  const { profiles } = loadClientConfigFromToml(Buffer.from(text), { strict: true });
  expect(profiles.default).toMatchObject({ namespace: 'perdure.a1b2c' });
});

test.each(blocksOf('json'))('the JSON of $place is a line of the log', ({ text }) => {
  expect(JSON.parse(text)).toMatchObject({
    level: 30,
    time: expect.any(String) as unknown,
    msg: expect.any(String) as unknown,
  });
});

/** Runs in a folder of its own that has one file. */
async function withFile<T>(name: string, text: string, act: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(path.join(tmpdir(), 'perdure-docs-'));
  try {
    await writeFile(path.join(folder, name), text);
    return await act(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** A plan whose second step, at its twelfth line, is wrong. */
const brokenPlan = [
  'name: Pay',
  ...Array(6).fill('#'),
  'steps:',
  '  - name: read',
  '    wait: 1 day',
  '  - name: later',
  '    wait: soon',
];

/** A file of items, two of which are wrong. */
const brokenItems = ['{"key":"a"}', '{"key":', '{"key":"b"}', '{"key":"a"}'];

async function refusedItems(folder: string): Promise<string> {
  const context = { deployment: () => 'test', taskQueue: 'perdure' };
  const agent = () => browserbase.agentRun({ task: 'Look.' });
  const options = { key: 'k', items: path.join(folder, 'sites.jsonl'), agent };
  const error: unknown = await new ItemSource(options, context, ResultsFile.none())
    .checkAll()
    .catch((thrown) => thrown);
  assert(isPerdureError(error, 'bad-input'));
  return error.message.replaceAll(`${folder}/`, '');
}

/** What shows a block of text to be true, by its first words. */
const shown: Record<string, () => Promise<string>> = {
  'pay.yaml:': () =>
    withFile(
      'pay.yaml',
      brokenPlan.join('\n'),
      async (cwd) => (await run(['plan', 'check', 'pay.yaml'], { cwd })).stdout,
    ),
  "2 items can't be used": () => withFile('sites.jsonl', brokenItems.join('\n'), refusedItems),
};

/** Blocks of text that nothing prints, by their first words, and why. */
const drawn: Record<string, string> = {
  'your program': 'a drawing of who calls whom',
  'POST /orders': 'a drawing of one trace; its spans are those that test/integration/observed.test.ts expects',
};

test.each(blocksOf('text'))('the text of $place is what Perdure prints, or a known drawing', async ({ text }) => {
  const begins = (words: string) => text.trimStart().startsWith(words);
  const print = Object.entries(shown).find(([words]) => begins(words))?.[1];
  if (print) expect(await print()).toContain(text);
  else expect(Object.keys(drawn).filter(begins)).toHaveLength(1);
});

test('every relative link of the pages leads to a file or a folder, and to a heading where it names one', () => {
  const missing = pages.flatMap(({ name, text }) =>
    [...text.matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)/g)].flatMap(([link, target = '', heading]) => {
      const file = target === '' ? name : path.join(path.dirname(name), target);
      if (!existsSync(path.join(root, file))) return [`${name}: ${link}`];
      return heading === undefined || headingsOf(file).includes(heading) ? [] : [`${name}: ${link}`];
    }),
  );
  expect(missing).toEqual([]);
});

/** The anchors of a page, as GitHub makes them. */
function headingsOf(file: string): string[] {
  const text = readFileSync(path.join(root, file), 'utf8');
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}
