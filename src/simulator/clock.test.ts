import { expect, test } from 'vitest';
import { drivenClock, realClock, scaledClock } from './clock.js';

test('a driven clock calls back in order, each at its own time', async () => {
  const clock = drivenClock(1000);
  const seen: string[] = [];
  const note = (name: string) => () => void seen.push(`${name} ${clock.now()}`);
  clock.wake(3000, note('late'));
  clock.wake(2000, note('early'));
  clock.wake(2000, note('also'));
  const cancel = clock.wake(2500, note('never'));
  cancel();
  await clock.advance('1 s');
  expect(seen).toEqual(['early 2000', 'also 2000']);
  await clock.advance(5000);
  expect(seen).toEqual(['early 2000', 'also 2000', 'late 3000']);
  expect(clock.now()).toBe(7000);
});

test('what is woken on the way sees its own time and may set the next waking before the clock moves on', async () => {
  const clock = drivenClock(0);
  const seen: number[] = [];
  const again = () => {
    seen.push(clock.now());
    clock.wake(clock.now() + 10, again);
  };
  clock.wake(10, again);
  await clock.advance(35);
  expect(seen).toEqual([10, 20, 30]);
});

test('a scaled clock wakes by itself', async () => {
  const clock = scaledClock(10_000);
  const due = clock.now() + 60_000;
  await new Promise<void>((resolve) => clock.wake(due, resolve));
  expect(clock.now()).toBeGreaterThanOrEqual(due);
  clock.close();
});

test('a real clock can be off, and can be moved ahead', async () => {
  const clock = realClock('1 h');
  expect(clock.now() - Date.now()).toBeGreaterThan(3_590_000);
  let woken = false;
  clock.wake(clock.now() + 86_400_000, () => {
    woken = true;
  });
  await clock.advance('1 day');
  expect(woken).toBe(true);
  clock.close();
});
