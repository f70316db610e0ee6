import { beforeEach, expect, test, vi } from 'vitest';
import { PlanRoom } from './plan-room.js';

const history = { historyLength: 0, historySize: 0 };
const until = async (fulfilled: () => boolean) => {
  while (!fulfilled()) await Promise.resolve();
};

beforeEach(() => {
  Object.assign(history, { historyLength: 3, historySize: 1_000 });
});

const mebibyte = 1024 * 1024;
const done = () => Promise.resolve('done');

test('a piece that would outgrow what Temporal keeps is refused by its place, before it is begun', async () => {
  const room = new PlanRoom(() => history, until);
  const growth = { runs: 1, bytes: mebibyte };
  expect(await room.with('steps[0]', growth, done)).toBe('done');
  const act = vi.fn(done);
  Object.assign(history, { historyLength: 49_990 });
  await expect(room.with('steps[1]', growth, act)).rejects.toMatchObject({
    code: 'plan-outgrown',
    message: expect.stringContaining('steps[1]: the plan has 49990 events'),
  });
  Object.assign(history, { historyLength: 3, historySize: 47.5 * mebibyte });
  await expect(room.with('steps[2]', growth, act)).rejects.toMatchObject({ code: 'plan-outgrown' });
  expect(act).not.toHaveBeenCalled();
});

test('pieces that may together be too much wait for each other, and all are done', async () => {
  const room = new PlanRoom(() => history, until);
  let live = 0;
  let most = 0;
  const act = async () => {
    live += 1;
    most = Math.max(most, live);
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
    live -= 1;
  };
  await Promise.all(Array.from({ length: 9 }, () => room.with('steps[0]', { runs: 1, bytes: 12 * mebibyte }, act)));
  expect(most).toBe(3);
});
