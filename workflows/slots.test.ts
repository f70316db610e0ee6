import { expect, test } from 'vitest';
import type { Holder, SlotRequest } from '../src/core/admission.js';
import { type CarriedSlots, Slots } from './slots.js';

const now = 1_000_000;

function request(id: string, more: Partial<SlotRequest> = {}): SlotRequest {
  return { id, generation: 1, priority: 3, fairness: '', weight: 1, windowMs: 60_000, scale: 1, ...more };
}

function slotsOf(carried: CarriedSlots, ids: readonly string[] = []): Slots {
  const slots = new Slots({ holders: [], ...carried });
  for (const id of ids) slots.request(request(id));
  return slots;
}

const granted = (slots: Slots, at = now) => slots.grant(at, 100).map(({ id }) => id);

/** All pages of what it knows. */
function allKnown(slots: Slots): { holders: Holder[]; queued: string[] } {
  const known = { holders: [] as Holder[], queued: [] as string[] };
  for (let from: number | undefined = 0; from !== undefined; ) {
    const { holders, queued, next } = slots.known(from);
    known.holders.push(...holders);
    known.queued.push(...queued);
    from = next;
  }
  return known;
}

test('no more are admitted than may live at once, and the next when one leaves', () => {
  const slots = slotsOf({ configured: { concurrentRuns: 2 } }, ['a', 'b', 'c']);
  expect(granted(slots)).toEqual(['a', 'b']);
  expect(slots.nextGrant(now)).toBeUndefined();
  slots.giveBack({ id: 'a', generation: 1 }, now);
  expect(granted(slots)).toEqual(['c']);
});

test('no more are admitted in any minute than may start', () => {
  const slots = slotsOf({ configured: { startsPerMinute: 2 } }, ['a', 'b', 'c', 'd']);
  expect(granted(slots)).toEqual(['a', 'b']);
  expect(slots.nextGrant(now + 10)).toBe(now + 60_000);
  expect(granted(slots, now + 59_999)).toEqual([]);
  expect(granted(slots, now + 60_000)).toEqual(['c', 'd']);
});

test('after a refusal for the rate, nobody is admitted for as long as the provider asks', () => {
  const slots = slotsOf({ configured: { concurrentRuns: 2 } }, ['a', 'b', 'c']);
  granted(slots);
  slots.giveBack({ id: 'a', generation: 1, quietMs: 5_000 }, now);
  expect(granted(slots)).toEqual([]);
  expect(slots.nextGrant(now)).toBe(now + 5_000);
  expect(granted(slots, now + 5_000)).toEqual(['c']);
});

test('what is given back by an earlier start leaves the slot of a later one', () => {
  const slots = slotsOf({ configured: { concurrentRuns: 1 } });
  slots.request(request('a', { generation: 2 }));
  granted(slots);
  slots.giveBack({ id: 'a', generation: 1 }, now);
  expect(slots.known().holders).toMatchObject([{ id: 'a', generation: 2 }]);
});

test('one that asks again while it has a slot gets its leave again, not a second slot', () => {
  const slots = slotsOf({ configured: { concurrentRuns: 2 } }, ['a', 'b', 'c']);
  granted(slots);
  slots.request(request('a', { generation: 2 }));
  expect(granted(slots, now + 1)).toEqual(['a']);
  expect(slots.known().holders).toHaveLength(2);
});

test('leave that is given again counts as a start, and waits for as long as the provider asks', () => {
  const slots = slotsOf({ configured: { startsPerMinute: 2 } }, ['a', 'b']);
  granted(slots);
  slots.request(request('a', { generation: 2 }));
  expect(granted(slots, now + 1)).toEqual([]);
  slots.giveBack({ id: 'b', generation: 1, quietMs: 90_000 }, now + 2);
  expect(slots.nextGrant(now + 3)).toBe(now + 90_002);
  expect(granted(slots, now + 60_000)).toEqual([]);
  expect(granted(slots, now + 90_002)).toEqual(['a']);
});

test('what a check finds: slots of those that are gone are free, leave that was lost is given again, the living count', () => {
  const slots = slotsOf({ configured: { concurrentRuns: 2 } }, ['a', 'b', 'c', 'd']);
  granted(slots);
  slots.settle({ gone: [{ id: 'a', generation: 1 }], lapsed: [request('b')], living: [], waiting: [] }, now);
  expect(granted(slots, now + 1)).toEqual(['b', 'c']);
  slots.settle({ gone: [], lapsed: [], living: [{ id: 'x', generation: 0 }], waiting: [request('e')] }, now);
  slots.giveBack({ id: 'b', generation: 1 }, now);
  expect(granted(slots, now + 2)).toEqual([]);
  slots.giveBack({ id: 'x', generation: 3 }, now);
  expect(granted(slots, now + 3)).toEqual(['d']);
  expect(slots.known().queued).toEqual(['e']);
});

test('limits set by hand outrank the configured ones, survive being carried over, and can be taken back', () => {
  const slots = slotsOf({ configured: { concurrentRuns: 1 } }, ['a', 'b', 'c']);
  slots.change({ live: { concurrentRuns: 2 } });
  expect(granted(slots)).toEqual(['a', 'b']);
  const next = new Slots(slots.carry(now));
  next.request(request('d'), { concurrentRuns: 1 });
  expect(next.limits).toEqual({ concurrentRuns: 2 });
  next.change({ live: null });
  next.giveBack({ id: 'a', generation: 1 }, now);
  expect(granted(next)).toEqual([]);
  next.giveBack({ id: 'b', generation: 1 }, now);
  expect(granted(next)).toEqual(['c']);
});

test('without limits everybody is admitted', () => {
  const slots = slotsOf({}, ['a', 'b', 'c']);
  expect(granted(slots)).toEqual(['a', 'b', 'c']);
});

test('leave that was lost before the account went on as new is given again', () => {
  const slots = slotsOf({ configured: { concurrentRuns: 1 } }, ['a']);
  granted(slots);
  const next = new Slots(slots.carry(now));
  next.settle({ gone: [], lapsed: [request('a')], living: [], waiting: [] }, now);
  expect(granted(next, now + 1)).toEqual(['a']);
});

test('twelve thousand that wait are carried over in one payload, those whose turn had come first', () => {
  const id = (index: number) => `perdure:run:customers/${'x'.repeat(40)}/item-${index}`;
  const slots = slotsOf({ configured: { concurrentRuns: 1 } });
  for (let index = 0; index < 12_000; index += 1) slots.request(request(id(index)));
  granted(slots);
  slots.request(request(id(0)));
  const carried = slots.carry(now);
  expect(JSON.stringify(carried).length).toBeLessThan(1_500_000);
  const next = new Slots(carried);
  expect(granted(next)).toEqual([id(0)]);
  expect(allKnown(next).queued).toHaveLength(9_999);
  next.giveBack({ id: id(0), generation: 1 }, now);
  expect(granted(next)).toEqual([id(1)]);
});

test('those that wait are carried over as far as their bytes fit, however unlike they are; those that have slots come first', () => {
  const slots = slotsOf({ configured: { concurrentRuns: 1_000 } });
  for (let index = 0; index < 10_000; index += 1) {
    slots.request(request(`perdure:run:${'x'.repeat(170)}-${index}`, { fairness: `${'y'.repeat(58)}-${index}` }));
  }
  slots.grant(now, 1_000);
  const carried = slots.carry(now);
  expect(JSON.stringify(carried).length).toBeLessThan(1_750_000);
  expect(carried.holders).toHaveLength(1_000);
  expect(allKnown(new Slots(carried)).queued.length).toBeGreaterThan(3_000);
});

test('what it knows and how it stands are told in answers of less than 2 MiB, however long the keys are', () => {
  const slots = slotsOf({});
  for (let index = 0; index < 10_000; index += 1) slots.request(request(`perdure:run:${'x'.repeat(190)}-${index}`));
  slots.grant(now, 5_000);
  const answers = [slots.known(), slots.known(2_000), slots.known(4_000), slots.report(now)];
  expect(Math.max(...answers.map((answer) => JSON.stringify(answer).length))).toBeLessThan(1_500_000);
  const { holders, queued } = allKnown(slots);
  expect([new Set(holders.map(({ id }) => id)).size, new Set(queued).size]).toEqual([5_000, 5_000]);
  expect(slots.report(now)).toMatchObject({ held: 5_000, queued: 5_000 });
});

test('where more have slots than can be carried over, the next execution is left to find out all of them', () => {
  const slots = slotsOf({});
  for (let index = 0; index < 8_000; index += 1) slots.request(request(`perdure:run:${'x'.repeat(170)}-${index}`));
  slots.grant(now, 7_999);
  const carried = slots.carry(now);
  expect(JSON.stringify(carried).length).toBeLessThan(1_750_000);
  expect(carried.holders).toBeUndefined();
  expect(new Slots(carried).known().queued).toHaveLength(1);
});
