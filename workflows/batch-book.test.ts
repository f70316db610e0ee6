import { expect, test } from 'vitest';
import type { BatchItemInput } from '../src/core/batch.js';
import { BatchBook } from './batch-book.js';

const now = 1_000_000;

/** An item whose agent has so many bytes. */
function item(key: string, bytes: number): BatchItemInput {
  const input = { key: `w/all/${key}`, agent: { input: { prompt: 'x'.repeat(bytes) } } };
  return { key, input, hash: '' } as unknown as BatchItemInput;
}

const fed = (items: BatchItemInput[], done: boolean) => ({ feeder: '', items, done });

test('a page that a workflow sent is taken whole, however large its item is beside those that wait', () => {
  const book = new BatchBook({ key: 'w/all', scale: 1, keeps: true }, now);
  const small = Array.from({ length: 30 }, (_, index) => item(`s${index}`, 2_000));
  book.feed(fed(small, false), now);
  expect(book.takesPage).toBe(true);
  expect(book.feed(fed([item('large', 300_000)], true), now)).toEqual({ taken: 1 });
  for (let left = 31; left > 0; ) {
    const taken = book.take(now);
    left -= taken.length;
    book.noteEnds(
      taken.map(({ input }) => ({ run: input.key, status: 'completed', startedAt: now, endedAt: now })),
      now,
    );
    expect(taken.length).toBeGreaterThan(0);
  }
  expect(book.isOver(now)).toBe(true);
  expect(book.conclude(now).report).toMatchObject({ items: 31, byStatus: { completed: 31 } });
});

test('what a client brings is taken as far as there is room', () => {
  const book = new BatchBook({ key: 'b', scale: 1 }, now);
  expect(book.feed(fed([item('a', 100_000), item('b', 300_000)], true), now)).toEqual({ taken: 1 });
});
