import { expect, test } from 'vitest';
import type { BatchItemInput, ItemTarget, RunEnd } from '../src/core/batch.js';
import { mostKept } from '../src/core/batch.js';
import type { RunInput } from '../src/core/run.js';
import { BatchBook } from './batch-book.js';
import type { BatchSettings } from './batch-state.js';

const target = (run: string, more: object = {}): ItemTarget => ({
  input: { key: run, effect: 'read', ...more } as unknown as RunInput,
  hash: 'h',
});
const item = (key: string, more: Partial<BatchItemInput> = {}): BatchItemInput => ({
  key,
  ...target(`b/${key}`),
  ...more,
});
const ended = (run: string, more: Partial<RunEnd> = {}): RunEnd => ({
  run,
  status: 'completed',
  startedAt: 0,
  endedAt: 1000,
  ...more,
});
const failed = (run: string, more: Partial<RunEnd> = {}) =>
  ended(run, { status: 'failed', code: 'run-failed', ...more });
const bookOf = (items: BatchItemInput[], more: Partial<BatchSettings> = {}) => {
  const book = new BatchBook({ key: 'b', scale: 1, keeps: true, ...more }, 0);
  book.feed({ feeder: '', items, done: true }, 0);
  return book;
};
/** A target whose agent has so many bytes. */
const sized = (run: string, bytes: number) => target(run, { agent: { input: { prompt: 'x'.repeat(bytes) } } });
const runsOf = (items: readonly BatchItemInput[]) => items.map(({ input }) => input.key);

test('a large item that a workflow sends after the others is not lost', () => {
  const book = new BatchBook({ key: 'b', scale: 1, keeps: true }, 0);
  const filler = 'x'.repeat(100 * 1024);
  book.feed({ feeder: '', items: [item('a', target('b/a', { filler }))] }, 0);
  expect(book.takesPage).toBe(true);
  const large = item('c', target('b/c', { filler: filler + filler }));
  expect(book.feed({ feeder: '', items: [large], done: true }, 0)).toEqual({ taken: 1 });
  expect(runsOf(book.take(0))).toEqual(['b/a', 'b/c']);
});

test('a page that a workflow sent is taken whole, however large its item is beside those that wait, and all of it is run', () => {
  const book = new BatchBook({ key: 'b', scale: 1, keeps: true }, 0);
  const small = Array.from({ length: 30 }, (_, index) => item(`s${index}`, sized(`b/s${index}`, 2_000)));
  book.feed({ feeder: '', items: small }, 0);
  expect(book.takesPage).toBe(true);
  expect(book.feed({ feeder: '', items: [item('large', sized('b/large', 300_000))], done: true }, 0)).toEqual({
    taken: 1,
  });
  for (let left = 31; left > 0; ) {
    const runs = runsOf(book.take(0));
    expect(runs.length).toBeGreaterThan(0);
    left -= runs.length;
    book.noteEnds(
      runs.map((run) => ended(run)),
      0,
    );
  }
  expect(book.isOver(0)).toBe(true);
  expect(book.conclude(0).report).toMatchObject({ items: 31, byStatus: { completed: 31 } });
});

test('what a client brings is taken as far as there is room', () => {
  const book = new BatchBook({ key: 'b', scale: 1 }, 0);
  const items = [item('a', sized('b/a', 100_000)), item('c', sized('b/c', 300_000))];
  expect(book.feed({ feeder: '', items, done: true }, 0)).toEqual({ taken: 1 });
});

test('an item goes on at its next targets in order, also over a continue-as-new, and is one item', () => {
  const first = bookOf([item('a', { others: [target('b/a:2'), target('b/a:3')] }), item('c')], { window: 1 });
  expect(runsOf(first.take(0))).toEqual(['b/a']);
  first.end(failed('b/a', { usage: { credits: 2 } }), 0);
  expect(first.report(0, false)).toMatchObject({ items: 2, byStatus: {} });
  const book = new BatchBook({ key: 'b', scale: 1, keeps: true, window: 1 }, 0, structuredClone(first.carry()));
  expect(runsOf(book.take(0))).toEqual(['b/a:2']);
  // Brought again by somebody who knows nothing of it, it is no other item.
  expect(book.feed({ feeder: '', items: [item('a')], done: true }, 0)).toEqual({ taken: 1 });
  book.end(failed('b/a:2', { usage: { credits: 1 } }), 0);
  expect(runsOf(book.take(0))).toEqual(['b/a:3']);
  book.end(ended('b/a:3', { usage: { credits: 4 } }), 0);
  expect(runsOf(book.take(0))).toEqual(['b/c']);
  book.end(ended('b/c'), 0);
  expect(book.isOver(0)).toBe(true);
  expect(book.conclude(0)).toMatchObject({
    report: { items: 2, byStatus: { completed: 2 }, failures: {}, failedOver: 2, usage: { credits: 7 } },
    items: [
      { key: 'a', run: 'b/a:3', failedOver: [{ run: 'b/a' }, { run: 'b/a:2', code: 'run-failed' }] },
      { key: 'c' },
    ],
  });
});

test.each([
  ['a write that may have been done', 'write', failed('b/a'), false],
  ['a write whose start was refused', 'write', failed('b/a', { refused: true }), true],
  ['a read whose workflow was ended from outside', 'read', failed('b/a', { status: 'unknown' }), true],
  ['a read that somebody stopped', 'read', failed('b/a', { status: 'cancelled' }), false],
  ['a question that nobody answered', 'read', failed('b/a', { code: 'question-expired' }), false],
  ['a key that another has', 'read', failed('b/a', { error: { code: 'key-taken', message: '' } }), false],
] as const)('%s (%s) goes on elsewhere or not', (_, effect, end, goesOn) => {
  const book = bookOf([item('a', { others: [target('b/a:2', { effect })] })]);
  book.take(0);
  book.end(end, 0);
  expect(runsOf(book.take(0))).toEqual(goesOn ? ['b/a:2'] : []);
});

test('an item that waits for its next target when the batch is stopped ends as it did at the one before', () => {
  const book = bookOf([item('a', { others: [target('b/a:2')] }), item('c'), item('d')], { window: 1 });
  book.take(0);
  book.end(failed('b/a'), 0);
  book.stop('cancelled');
  expect(book.report(0, true)).toMatchObject({ byStatus: { failed: 1 }, failures: { 'run-failed': 1 }, notStarted: 2 });
});

test('results are left out once all have more than 256 KiB, and items beyond the first 2,000', () => {
  const result = { text: 'x'.repeat(8_000) };
  const some = bookOf(
    Array.from({ length: 40 }, (_, index) => item(`${index}`)),
    { window: 500 },
  );
  while (some.startable > 0) for (const { input } of some.take(0)) some.end(ended(input.key, { result }), 0);
  const end = some.conclude(0);
  expect(end).toMatchObject({ resultsLeftOut: true, report: { items: 40 } });
  expect(end.items).toHaveLength(40);
  expect(end.items?.every((each) => each.result === undefined)).toBe(true);
  const many = bookOf(
    Array.from({ length: mostKept + 5 }, (_, index) => item(`${index}`)),
    { window: 500 },
  );
  while (many.startable > 0) for (const { input } of many.take(0)) many.end(ended(input.key), 0);
  expect(many.conclude(0)).toMatchObject({ resultsLeftOut: true, report: { byStatus: { completed: mostKept + 5 } } });
  expect(many.conclude(0).items).toHaveLength(mostKept);
});

test('a share of failures counts from the twentieth end on, and a number from the first', () => {
  const play = (failures: number | `${number}%`, pattern: (index: number) => boolean) => {
    const book = bookOf(
      Array.from({ length: 60 }, (_, index) => item(`${index}`)),
      { stopOn: { failures } },
    );
    let count = 0;
    while (book.startable > 0 && count < 60) {
      for (const { input } of book.take(0)) {
        book.end(pattern(count) ? failed(input.key) : ended(input.key), 0);
        count += 1;
        if (book.report(0, false).stopped) return count;
      }
    }
    return undefined;
  };
  expect(play('25%', () => true)).toBe(20);
  expect(play('25%', (index) => index % 5 === 0)).toBeUndefined();
  expect(play('25%', (index) => index >= 30)).toBe(40);
  expect(play(3, () => true)).toBe(3);
});
