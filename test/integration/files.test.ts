import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { anchor, browserbase } from '../../src/core/builders.js';
import type { SavedFile, SaveFilesOptions } from '../../src/core/files.js';
import type { AgentStep } from '../../src/core/step.js';
import { type PerdureTest, perdureTest } from '../../src/testing/perdure-test.js';

const workflowsPath = fileURLToPath(new URL('./fixtures/files.ts', import.meta.url));

let t: PerdureTest;
beforeAll(async () => {
  t = await perdureTest({ time: 'real', workflowsPath });
  t.simulator.on('*').lasts('20 s').returns({ ok: true });
});
afterAll(async () => {
  expect(t.ledger.open).toEqual([]);
  await t.close();
});

const at = {
  anchor: (text: string) => anchor.webTask({ prompt: text }),
  browserbase: (text: string) => browserbase.agentRun({ task: text }),
};
type Place = keyof typeof at;
const places = ['anchor', 'browserbase'] as const;

const start = (workflow: string, workflowId: string, ...args: unknown[]) =>
  t.client.workflow.start(workflow, { taskQueue: t.taskQueue, workflowId, args });

async function downloaded(place: Place, text: string, options?: SaveFilesOptions): Promise<SavedFile[]> {
  const step: AgentStep = { name: 'read', agent: at[place](text), effect: 'read' };
  return (await start('downloaded', text, step, options)).result() as Promise<SavedFile[]>;
}

const again = async (text: string, options?: SaveFilesOptions): Promise<SavedFile[]> =>
  (await start('filesOf', `${text}-again`, `${text}/read`, options)).result() as Promise<SavedFile[]>;

const fetches = (text: string) => t.ledger.requests({ operation: 'file.content' }).filter(isAbout(text)).length;
const isAbout = (text: string) => (entry: { sessionId?: string }) =>
  t.ledger.runs.some((run) => run.text.includes(text) && run.sessionId === entry.sessionId);
const sha256 = (content: string) => createHash('sha256').update(content).digest('hex');
const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: { cause?: { type?: string; message?: string } }) => error.cause,
  );

test.concurrent.each(places)(
  '%s: files are saved in the folder of the run, under names of their own',
  async (place) => {
    const text = `saved-${place}`;
    const files = [
      { name: 'invoice.pdf', content: 'one' },
      { name: 'Invoice.pdf', content: 'two' },
      { name: '../../../escape.pdf', content: 'three' },
      { name: '.perdure-files.json', content: '{}' },
    ];
    t.simulator.on('*', { text }).downloads(...files);
    const saved = await downloaded(place, text);
    const folder = path.join(t.home, 'files', `${text}~read`);
    const names = ['invoice.pdf', 'Invoice (2).pdf', 'escape.pdf', 'perdure-files.json'];
    expect(saved).toMatchObject(
      files.map(({ content }, index) => {
        const name = names[index] ?? '';
        return { name, path: path.join(folder, name), bytes: content.length, sha256: sha256(content) };
      }),
    );
    for (const [index, file] of saved.entries()) expect(readFileSync(file.path, 'utf8')).toBe(files[index]?.content);
    expect(readdirSync(folder).sort()).toEqual(['.perdure-files.json', ...names].sort());
    expect(statSync(saved[0]?.path ?? '').mode & 0o077).toBe(0);
  },
);

test.concurrent.each(places)('%s: what is there and fits is not fetched again, what is not is', async (place) => {
  const text = `again-${place}`;
  t.simulator
    .on('*', { text })
    .downloads({ name: 'a', content: 'a' }, { name: 'b', content: 'b' }, { name: 'c', content: 'c' });
  const [a, b, c] = await downloaded(place, text);
  expect(fetches(text)).toBe(3);
  writeFileSync(b?.path ?? '', 'x');
  rmSync(c?.path ?? '');
  expect(await again(text)).toEqual([a, b, c]);
  expect(fetches(text)).toBe(5);
  expect(readFileSync(b?.path ?? '', 'utf8')).toBe('b');
});

test.concurrent.each(places)(
  '%s: a broken connection or a cut file is fetched again, the others are not',
  async (place) => {
    const text = `broken-${place}`;
    t.simulator.on('*', { text }).downloads({ name: 'a', content: 'aaaa' }, { name: 'b', content: 'bbbb' });
    for (const kind of ['cut-body', 'half-json', '5xx-after'] as const)
      t.simulator.fault({ kind, on: 'file.content', text, after: 1 });
    t.simulator.fault({ kind: '5xx-before', on: 'session.files', text });
    const saved = await downloaded(place, text);
    expect(saved.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(fetches(text)).toBe(5);
  },
);

test.concurrent.each(places)('%s: files that are listed late are looked for as long as it was said', async (place) => {
  const text = `late-${place}`;
  t.simulator.on('*', { text }).downloads({ name: 'a' }, { name: 'b', listedAfterMs: 600_000 });
  expect(await downloaded(place, text)).toHaveLength(1);
  expect(await again(text, { expect: 2, within: '30 minutes' })).toHaveLength(2);
  expect(fetches(text)).toBe(2);
});

test.concurrent('fewer files than expected fail the step, and those that came are there', async () => {
  const text = 'fewer';
  t.simulator.on('*', { text }).downloads({ name: 'a', content: 'a' });
  const cause = await failure(downloaded('anchor', text, { expect: 2, within: '30 s' }));
  expect(cause).toMatchObject({ type: 'result-missing', message: expect.stringContaining('1 of the 2 files') });
  expect(readFileSync(path.join(t.home, 'files', 'fewer~read', 'a'), 'utf8')).toBe('a');
});

test.concurrent.each([
  [{ fileBytes: 99 }, 'one may have 99'],
  [{ totalBytes: 150 }, 'all may have 150'],
])('files beyond %j are refused before any is fetched', async (options, words) => {
  const text = `bound-${Object.keys(options)[0]}`;
  t.simulator.on('*', { text }).downloads({ name: 'a', size: 100 }, { name: 'b', size: 100 });
  const cause = await failure(downloaded('browserbase', text, options));
  expect(cause).toMatchObject({ type: 'response-too-large', message: expect.stringContaining(words) });
  expect(fetches(text)).toBe(0);
});

test.concurrent('a file that is larger than its provider lists is given up', async () => {
  const text = 'lies';
  t.simulator.on('*', { text }).downloads({ name: 'a', size: 10, content: 'x'.repeat(5000) });
  const cause = await failure(downloaded('anchor', text, { fileBytes: 1000 }));
  expect(cause).toMatchObject({ type: 'response-too-large' });
  expect(readdirSync(path.join(t.home, 'files', 'lies~read'))).toEqual([]);
});

test.concurrent('a provider that does not give files is told clearly', async () => {
  const text = 'select-customers';
  t.simulator.fault({ kind: 'status', status: 403, on: 'session.files', text, times: 'always' });
  const cause = await failure(downloaded('browserbase', text));
  expect(cause).toMatchObject({ type: 'forbidden', message: expect.stringContaining('select customers only') });
});

test.concurrent.each([
  ['no-such/run', {}, 'run-not-found'],
  ['no key', {}, 'bad-input'],
  ['a/b', { expect: -1 }, 'bad-input'],
  ['a/b', { within: 'soon' }, 'bad-input'],
  ['a/b', { fileBites: 1 }, 'bad-input'],
])('%j with %j is refused with %s', async (run, options, type) => {
  const handle = await start('filesOf', `refused-${JSON.stringify([run, options])}`, run, options);
  expect(await failure(handle.result())).toMatchObject({ type });
});

test.concurrent('no content of a file is in a history', async () => {
  const text = 'canary';
  const content = 'canary-content-4711';
  t.simulator.on('*', { text }).downloads({ name: 'a', content });
  await downloaded('anchor', text);
  for (const workflowId of [text, `perdure:run:${text}/read`]) {
    const history = await t.client.workflow.getHandle(workflowId).fetchHistory();
    const bytes = JSON.stringify(history, (_, value: unknown) =>
      value instanceof Uint8Array ? Buffer.from(value).toString() : value,
    );
    expect(bytes).not.toContain(content);
    expect(bytes).not.toContain('signature=');
  }
});
