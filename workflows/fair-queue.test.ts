import { expect, test } from 'vitest';
import type { SlotRequest } from '../src/core/admission.js';
import { FairQueue } from './fair-queue.js';

function request(id: string, more: Partial<SlotRequest> = {}): SlotRequest {
  return { id, generation: 1, priority: 3, fairness: '', weight: 1, windowMs: 60_000, scale: 1, ...more };
}

function order(queue: FairQueue, most = Number.POSITIVE_INFINITY): string[] {
  const ids: string[] = [];
  while (ids.length < most) {
    const next = queue.take();
    if (!next) break;
    ids.push(next.id);
  }
  return ids;
}

test('runs of one caller come in the order in which they asked', () => {
  expect(order(new FairQueue(['a', 'b', 'c'].map((id) => request(id))))).toEqual(['a', 'b', 'c']);
});

test('the more urgent come first', () => {
  const queue = new FairQueue([request('later'), request('urgent', { priority: 1 }), request('idle', { priority: 5 })]);
  expect(order(queue)).toEqual(['urgent', 'later', 'idle']);
});

test('a single run behind five thousand of another caller is the next or the one after', () => {
  const queue = new FairQueue(Array.from({ length: 5_000 }, (_, index) => request(`crowd-${index}`)));
  order(queue, 100);
  queue.add(request('single', { fairness: 'other' }));
  expect(order(queue, 2)).toContain('single');
});

test('callers share by their weights', () => {
  const of = (fairness: string, weight: number) =>
    Array.from({ length: 90 }, (_, index) => request(`${fairness}-${index}`, { fairness, weight }));
  const queue = new FairQueue([...of('small', 1), ...of('big', 2)]);
  const first = order(queue, 30);
  expect(first.filter((id) => id.startsWith('big'))).toHaveLength(20);
});

test('a caller that comes back does not catch up on what it did not ask for', () => {
  const queue = new FairQueue([request('a-0', { fairness: 'a' })]);
  order(queue);
  for (let index = 0; index < 10; index += 1) queue.add(request(`b-${index}`, { fairness: 'b' }));
  order(queue, 5);
  for (let index = 1; index < 5; index += 1) queue.add(request(`a-${index}`, { fairness: 'a' }));
  expect(order(queue, 4).filter((id) => id.startsWith('a'))).toHaveLength(2);
});

test('one that asks again keeps its place, and one that leaves gives it up', () => {
  const queue = new FairQueue(['a', 'b', 'c'].map((id) => request(id)));
  queue.add(request('a', { generation: 2 }));
  queue.remove('a', 1);
  queue.remove('b', 1);
  expect(queue.size).toBe(2);
  expect(queue.first(2).map(({ id }) => id)).toEqual(['a', 'c']);
  expect(order(queue)).toEqual(['a', 'c']);
});

test('a caller that always has one run waiting does not come before all others', () => {
  const queue = new FairQueue(['b-0', 'b-1', 'b-2'].map((id) => request(id, { fairness: 'b' })));
  queue.add(request('a-0', { fairness: 'a' }));
  const taken: string[] = [];
  for (let index = 1; index <= 6; index += 1) {
    taken.push(queue.take()?.fairness ?? '');
    if (taken.at(-1) === 'a') queue.add(request(`a-${index}`, { fairness: 'a' }));
  }
  expect(taken.filter((fairness) => fairness === 'b')).toHaveLength(3);
});

test('to look at who is next changes nothing', () => {
  const queue = new FairQueue([request('a-0', { fairness: 'a' }), request('b-0', { fairness: 'b' })]);
  expect(queue.first(2).map(({ id }) => id)).toEqual(['a-0', 'b-0']);
  queue.first(2);
  queue.add(request('c-0', { fairness: 'c' }));
  queue.add(request('a-1', { fairness: 'a' }));
  expect(order(queue)).toEqual(['a-0', 'b-0', 'c-0', 'a-1']);
});
