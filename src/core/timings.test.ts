import fc from 'fast-check';
import { expect, test } from 'vitest';
import { backoffAt, cadenceAt, defaultTimings, scaleTimings, type Timings } from './timings.js';

const growing = fc
  .tuple(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 0, max: 1e7 }))
  .map(([first, more]) => ({ first, max: first + more }));

function durations({ scale: _, cadence, backoff, ...flat }: Timings): number[] {
  return [...Object.values(flat), cadence.first, cadence.max, backoff.first, backoff.max];
}

test('scaling shortens every wait by the factor, and real exchanges not below a few seconds', () => {
  expect(scaleTimings(defaultTimings, 0.01)).toEqual({
    deadline: 36_000,
    cadence: { first: 30, max: 300 },
    heartbeat: 2000,
    startRequest: 5000,
    request: 3000,
    backoff: { first: 10, max: 300 },
    notFoundGrace: 300,
    release: 10_000,
    sendWindow: 5000,
    settle: 500,
    ask: 9000,
    lateRun: 3000,
    scale: 0.01,
  });
  expect(scaleTimings(defaultTimings, 1)).toEqual(defaultTimings);
});

test('timings that are already shorter than the floor of real exchanges are not lengthened', () => {
  const short = { ...defaultTimings, heartbeat: 500, request: 800 };
  expect(scaleTimings(short, 0.01)).toMatchObject({ heartbeat: 500, request: 800 });
});

test('no timing falls below 1 ms or becomes a fraction, however small the factor', () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-12, max: 10, noNaN: true }), (factor) =>
      durations(scaleTimings(defaultTimings, factor)).every((ms) => Number.isInteger(ms) && ms >= 1),
    ),
  );
});

test('the pause between looks stays within its bounds and never shrinks as the run grows older', () => {
  const age = fc.integer({ min: 0, max: 1e10 });
  fc.assert(
    fc.property(growing, age, age, (cadence, one, other) => {
      const [young, old] = [Math.min(one, other), Math.max(one, other)];
      const [early, late] = [cadenceAt(cadence, young), cadenceAt(cadence, old)];
      return early >= cadence.first && early <= late && late <= cadence.max;
    }),
  );
});

test('a back-off is at least 1 ms, at most its maximum, and at least half of its doubled step', () => {
  const attempt = fc.integer({ min: 1, max: 10_000 });
  const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  fc.assert(
    fc.property(growing, attempt, random, (backoff, tried, luck) => {
      const ms = backoffAt(backoff, tried, luck);
      const step = Math.min(backoff.max, backoff.first * 2 ** Math.min(tried - 1, 30));
      return Number.isInteger(ms) && ms >= 1 && ms >= Math.floor(step / 2) && ms <= backoff.max;
    }),
  );
});

test('back-offs double up to their maximum', () => {
  const backoff = { first: 1000, max: 30_000 };
  expect([1, 2, 3, 5, 6, 50].map((attempt) => backoffAt(backoff, attempt, 0))).toEqual([
    500, 1000, 2000, 8000, 15_000, 15_000,
  ]);
});
