import { expect, test } from 'vitest';
import type { RunEnd } from './batch.js';
import { BudgetBook, type Cost, isReservation, isSettlement, sumOfUsed, usedBy, usedByEnd } from './budget.js';
import type { Outcome } from './run.js';

const run = (id: string, money = 2) => ({ id, most: { money, runs: 1 } });

test('a budget is spent to the last cent, by two at once, and not beyond', () => {
  const book = new BudgetBook({ money: 0.3 }, false);
  expect(book.request(run('a', 0.1))).toEqual([{ id: 'a' }]);
  expect(book.request(run('b', 0.2))).toEqual([{ id: 'b' }]);
  expect(book.request(run('c', 0.1))).toEqual([]);
  expect(book.settle('a', { money: 0.1 })).toEqual([]);
  expect(book.settle('b', { money: 0.2 })).toMatchObject([
    { id: 'c', refused: expect.stringMatching(/has 0 money left of 0.3/) },
  ]);
});

test('what others may give back is waited for, in turn', () => {
  const book = new BudgetBook({ money: 5 }, false);
  expect([...book.request(run('a', 3)), ...book.request(run('b', 4)), ...book.request(run('c', 1))]).toEqual([
    { id: 'a' },
  ]);
  expect(book.settle('a', { money: 1 })).toEqual([{ id: 'b' }]);
  expect(book.settle('b', { money: 1 })).toEqual([{ id: 'c' }]);
  expect(book.left()).toEqual({ money: 2 });
});

test('one that can never fit is refused at once, beside others that go on', () => {
  const book = new BudgetBook({ runs: 3, money: 5 }, false);
  book.request(run('a'));
  expect(book.request(run('big', 9))).toMatchObject([{ id: 'big', refused: expect.stringMatching(/may take 9/) }]);
  expect(book.request(run('b'))).toEqual([{ id: 'b' }]);
});

test('where a bounded kind has no upper bound, it is said what would give it one', () => {
  const book = new BudgetBook({ steps: 10 }, true);
  expect(book.request(run('a'))).toMatchObject([{ id: 'a', refused: expect.stringMatching(/max_steps/) }]);
});

test('what a person may raise waits; raised by enough it goes on, refused it ends', () => {
  const book = new BudgetBook({ money: 3 }, true);
  book.request(run('a'));
  book.settle('a', { money: 2 });
  expect(book.request(run('b'))).toEqual([]);
  expect(book.stuck()).toMatchObject({ id: 'b' });
  expect(book.raise({ money: 0.5 })).toEqual([]);
  expect(book.raise({ money: 0.5 })).toEqual([{ id: 'b' }]);
  book.settle('b', { money: 2 });
  expect(book.request(run('c'))).toEqual([]);
  expect(book.raise(undefined)).toMatchObject([{ id: 'c', refused: expect.any(String) }]);
});

test('what a workflow itself held or waited for ends with its execution, and counts as used', () => {
  const first = new BudgetBook({ runs: 2 }, true);
  for (const id of ['a', 'b']) first.request(run(id));
  first.request({ ...run('c'), from: 'child' });
  first.request(run('d'));
  const next = new BudgetBook({ runs: 2 }, true, first.carried());
  expect(next.totals().used.runs).toBe(2);
  expect(next.stuck()).toMatchObject({ id: 'c' });
  expect(next.raise({ runs: 1 })).toEqual([{ id: 'c', from: 'child' }]);
});

test('a start that was lost counts beside the one after it', () => {
  const attempt = (outcome: 'unknown' | 'accepted') => ({ generation: 1, outcome, startedAt: '', notes: [] });
  const outcome = {
    status: 'completed',
    attempts: [attempt('unknown'), attempt('accepted')],
    usage: { steps: 3, seconds: 60 },
    cleanup: { confirmed: true, left: [] },
  } as unknown as Outcome;
  const used = usedBy(outcome, { most: { runs: 1, steps: 10, minutes: 5 } }, 1);
  expect(used).toEqual({ runs: 2, steps: 13, minutes: 6 });
  const end: RunEnd = { run: 'b/a', status: 'completed', startedAt: 0, endedAt: 60_000, usage: { steps: 3 }, lost: 1 };
  expect(usedByEnd(end, { most: { runs: 1, steps: 10, minutes: 5 } }, 1)).toEqual(used);
  const alone = { ...outcome, attempts: [attempt('unknown')] };
  expect(usedBy(alone, { most: { runs: 1, steps: 10, minutes: 5 } }, 1)).toMatchObject({ runs: 1, steps: 3 });
});

test('a reservation goes over to the next execution, and is asked for once', () => {
  const first = new BudgetBook({ runs: 1 }, false);
  expect(first.request({ ...run('a'), from: 'child' })).toEqual([{ id: 'a', from: 'child' }]);
  first.request({ ...run('b'), from: 'child' });
  const next = new BudgetBook({ runs: 1 }, false, JSON.parse(JSON.stringify(first.carried())));
  expect(next.request({ ...run('a'), from: 'child' })).toEqual([{ id: 'a', from: 'child' }]);
  expect(next.settle('a', {})).toEqual([{ id: 'b', from: 'child' }]);
  expect(next.settle('gone', { money: 9 })).toEqual([]);
});

test('each run of a batch is booked by its own price and by what its provider says, and all of it where that says nothing', () => {
  const end = (more: Partial<RunEnd> = {}): RunEnd => ({
    run: 'b/a',
    status: 'completed',
    startedAt: 0,
    endedAt: 6_000,
    ...more,
  });
  const anchor: Cost = { most: { runs: 1, minutes: 60, steps: 20, money: 4 }, perCredit: 0.5 };
  const browserbase: Cost = { most: { runs: 1, minutes: 60, money: 3 }, perHour: 3 };
  const told = usedByEnd(end({ usage: { credits: 2, seconds: 30, steps: 5 } }), anchor, 1);
  expect(told).toEqual({ runs: 1, minutes: 0.5, steps: 5, money: 1 });
  const untold = usedByEnd(end(), anchor, 0.1);
  expect(untold).toEqual({ runs: 1, minutes: 1, steps: 20, money: 4 });
  const timed = usedByEnd(end({ usage: { seconds: 1_200 } }), browserbase, 1);
  expect(timed).toEqual({ runs: 1, minutes: 20, steps: undefined, money: 1 });
  const lost = usedByEnd(end({ status: 'unknown', refused: true }), browserbase, 1);
  expect([lost, usedByEnd(end({ left: true }), anchor, 1)]).toEqual([browserbase.most, anchor.most]);
  expect(usedByEnd(end({ status: 'failed', refused: true }), anchor, 1)).toEqual({});
  expect(sumOfUsed([told, untold, timed, lost, {}])).toEqual({ runs: 4, minutes: 81.5, steps: 25, money: 9 });
});

test('what is no reservation, or no end of one, is known as such', () => {
  expect(isReservation({ id: 'a', most: { runs: 1 }, from: 'w' })).toBe(true);
  expect(isSettlement({ id: 'a', used: {} })).toBe(true);
  for (const value of [undefined, null, 'a', {}, { id: 'a' }, { id: 1, most: {}, used: {} }]) {
    expect([isReservation(value), isSettlement(value)]).toEqual([false, false]);
  }
  const odd = { money: 'much' };
  expect([isReservation({ id: 'a', most: odd }), isSettlement({ id: 'a', used: odd })]).toEqual([false, false]);
});
