import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { openWorld, type World } from './world.js';

const name = 'browserbase/default';

let world: World;
beforeAll(async () => {
  world = await openWorld();
  await world.startWorker();
});
afterAll(() => world.close());

const account = (...args: string[]) => world.run('account', name, ...args);
const stateOf = async () => JSON.parse((await account('--json')).stdout);

test('an account without limits says so; one that is changed says who has its slots and who waits', async () => {
  expect((await account()).stdout).toContain('limits   none: every run is started at once');
  expect((await account('--concurrent-runs', '1')).stdout).toContain('1 run at once, changed by hand');
  world.simulator.on('browserbase.agentRun').neverEnds();
  const start = (key: string) => world.run('run', 'browserbase.agentRun', '--key', key, '--task', key, '--no-wait');
  // The worker heeds the change within ten seconds; it has asked nobody yet.
  await start('one');
  await start('two');
  const shown = { holders: [{ key: 'one', status: 'running' }], slots: { queued: 1 } };
  await vi.waitFor(async () => expect(await stateOf()).toMatchObject(shown), { timeout: 30_000, interval: 500 });
  const { stdout, exit } = await account();
  expect(exit).toBe(0);
  expect(stdout).toMatch(/slots +1 of 1 taken\n.*one +running.*\n +queue +1 waiting; next: two\n/);
  expect((await account('--reset')).stdout).not.toContain('changed by hand');
  for (const key of ['one', 'two']) await world.run('stop', key);
});

test.each([
  ['--concurrent-runs', '0'],
  ['--starts-per-minute', 'many'],
])('%s %s is bad input', async (...args) => {
  expect((await account(...args)).exit).toBe(2);
});

test('a name that no account can have is bad input', async () => {
  expect(await world.run('account', 'nonsense')).toMatchObject({ exit: 2 });
});
