import { WorkflowNotFoundError } from '@temporalio/client';
import { expect, test } from 'vitest';
import { LimitBook } from './limit-book.js';
import { placeWithin, WatchSpread } from './watch-spread.js';

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
  spread.note(account, 10_000);
  expect(given(spread, 50)).toEqual(new Set([0, 1, 2, 3]));
  spread.note(account, 3);
  expect(given(spread, 50)).toEqual(new Set([0]));
});

test('a run that a watcher knows stays with it', () => {
  const { movable, ...fixed } = place;
  expect([movable, new WatchSpread().placeOf('perdure:run:a', fixed)]).toEqual([true, fixed]);
});

test('a budget of requests is shared by all watchers, so runs of such an account are spread over all from the first', async () => {
  const limits = new LimitBook((name) => Promise.resolve(name === account ? { requestsPerMinute: 60 } : {}));
  const unknown = () => Promise.reject(new WorkflowNotFoundError('No account runs.', 'account', undefined));
  const client = { workflow: { getHandle: () => ({ query: unknown }) }, withDeadline: unknown } as never;
  const { movable, ...fixed } = place;
  const free = { ...place, account: 'anchor/free' };
  expect([movable, await placeWithin(limits, client, place)]).toEqual([true, fixed]);
  expect(await placeWithin(limits, client, free)).toEqual(free);
});
