import { expect, test } from 'vitest';
import { WatchSpread } from './watch-spread.js';

const account = 'anchor/default';
const place = { account, shard: 3, taskQueue: 'perdure', movable: true } as const;

/** The watchers that so many runs are given to. */
function given(spread: WatchSpread, count: number): Set<number> {
  const shards = Array.from({ length: count }, (_, index) => spread.placeOf(`perdure:run:r-${index}`, place).shard);
  return new Set(shards);
}

test('few runs are given to one watcher, and more to more of them, before any check has counted them', () => {
  const spread = new WatchSpread();
  expect(given(spread, 150)).toEqual(new Set([0]));
  expect(given(spread, 150)).toEqual(new Set([0, 1]));
  expect(given(spread, 600)).toEqual(new Set([0, 1, 2, 3]));
});

test('what a check has counted is what holds: a crowd is spread at once, and one watcher is enough after it', () => {
  const spread = new WatchSpread();
  spread.note(account, 10_000, 1);
  expect(given(spread, 50)).toEqual(new Set([0, 1, 2, 3]));
  spread.note(account, 3, 4);
  expect(given(spread, 50)).toEqual(new Set([0]));
});

test('a run that a watcher knows stays with it', () => {
  const { movable, ...fixed } = place;
  expect([movable, new WatchSpread().placeOf('perdure:run:a', fixed)]).toEqual([true, fixed]);
});

test('a budget of requests is shared by the watchers that look: by all as long as that is not known', () => {
  const spread = new WatchSpread();
  expect(spread.sharers(account)).toBe(4);
  spread.note(account, 5, 1);
  expect(spread.sharers(account)).toBe(1);
  spread.note(account, 5, 3);
  expect(spread.sharers(account)).toBe(3);
  spread.note(account, 400, 1);
  expect(spread.sharers(account)).toBe(3);
});
