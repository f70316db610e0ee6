import { expect, test } from 'vitest';
import { defaultTimings } from '../src/core/timings.js';
import type { Enrolment } from '../src/core/watch.js';
import { Roster } from './roster.js';

const start = 1_000_000_000_000;
const { cadence, notFoundGrace, request, backoff } = defaultTimings;

function enrolment(id: string): Enrolment {
  const handle = {
    generation: 1,
    mark: `mark-${id}`,
    runId: `run-${id}`,
    sessionId: `session-${id}`,
    ownsSession: true,
  };
  return {
    id,
    endpoint: 'anchor.webTask',
    handle,
    timings: { cadence, notFoundGrace, request, backoff },
    startedAt: start,
  };
}

/** A roster whose runs have just been looked at. */
function watching(...ids: string[]): Roster {
  const roster = new Roster();
  roster.enrol(ids.map(enrolment), start);
  roster.looked(roster.due(start), [], start);
  return roster;
}

test('haste makes the named run due at once, by its run or its session, and no other', () => {
  for (const name of ['run-a', 'session-a']) {
    const roster = watching('a', 'b');
    expect(roster.due(start + 500)).toEqual([]);
    roster.hasten([name, 'elsewhere'], start + 500);
    expect(roster.due(start + 500).map(({ id }) => id)).toEqual(['a']);
    expect(roster.nextTick()).toBe(start + 500);
  }
});

test('haste that names nothing makes all runs due', () => {
  const roster = watching('a', 'b');
  roster.hasten([], start + 500);
  expect(roster.due(start + 500)).toHaveLength(2);
});

test('haste that names runs of others changes nothing', () => {
  const roster = watching('a');
  const before = roster.nextTick();
  roster.hasten(['run-z'], start + 500);
  expect([roster.due(start + 500), roster.nextTick()]).toEqual([[], before]);
});

test('haste does not break the quiet that the provider asked for, nor does it make ticks follow each other too fast', () => {
  const roster = watching('a');
  roster.hasten([], start + 10);
  expect(roster.nextTick()).toBe(start + 400);
  roster.quiet(start + 60_000);
  expect(roster.nextTick()).toBe(start + 60_000);
});

test('haste that comes during a look makes another look due; after that one the beat is kept again', () => {
  const roster = watching('a');
  roster.hasten([], start + 500);
  const looked = roster.due(start + 500);
  roster.hasten(['run-a'], start + 700);
  roster.looked(looked, [], start + 500);
  expect(roster.due(start + 700)).toHaveLength(1);
  expect(roster.nextTick()).toBe(start + 900);
  roster.looked(roster.due(start + 900), [], start + 900);
  expect(roster.nextTick()).toBeGreaterThan(start + 900);
});

test('runs with keys of the longest are carried over as far as their bytes fit', () => {
  const roster = new Roster();
  const ids = Array.from({ length: 4_000 }, (_, index) => `perdure:run:${'x'.repeat(170)}-${index}`);
  roster.enrol(ids.map(enrolment), start);
  const carried = roster.carry();
  expect(JSON.stringify(carried).length).toBeLessThan(1_600_000);
  expect(new Roster(carried).size).toBeGreaterThan(1_500);
});

test('a run that is taken in once more after looks that did not find it begins anew: they count no more', () => {
  const roster = watching('a');
  const seen = { goneSince: start, goneLooks: 2, questionId: 'q-1' };
  roster.looked(
    roster.due(start + 60_000),
    [{ id: 'a', generation: 1, seen, told: false, over: false }],
    start + 60_000,
  );
  roster.enrol([enrolment('a')], start + 60_500);
  expect(roster.due(start + 60_500)).toMatchObject([{ id: 'a', seen: {}, since: start + 60_500 }]);
});

test('a run that was told to be gone is looked at no more, until it is taken in once more', () => {
  const roster = watching('a');
  const over = { id: 'a', generation: 1, seen: { goneSince: start, goneLooks: 3 }, told: true, over: true };
  roster.looked(roster.due(start + 60_000), [over], start + 60_000);
  expect([roster.size, roster.nextTick()]).toEqual([0, Number.POSITIVE_INFINITY]);
  roster.enrol([enrolment('a')], start + 61_000);
  expect(roster.due(start + 61_000)).toMatchObject([{ id: 'a', seen: {}, looks: 0 }]);
});
