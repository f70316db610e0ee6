import { expect, test } from 'vitest';
import { connectSimulator } from '../../src/simulator/index.js';
import { call, run } from './fake-context.js';

test('the simulator serves until it is interrupted, and says what to use it with', async () => {
  const called = call(['simulator', '--seed', '7', '--speed', '100', '--json']);
  await called.until(/}\n/);
  const { url, keys } = JSON.parse(called.stdout()) as { url: string; keys: { anchor: string[] } };
  expect(called.stderr()).toContain(`export ANCHORBROWSER_API_KEY=${keys.anchor[0]}`);
  expect(called.stderr()).toContain(`export ANCHORBROWSER_BASE_URL=${url}/anchor`);
  expect((await connectSimulator(url).state()).runs).toEqual([]);
  called.interrupt();
  expect(await called.exit).toBe(0);
  await expect(connectSimulator(url).state()).rejects.toThrow();
});

test('a port that is taken is named', async () => {
  const first = call(['simulator', '--json']);
  await first.until(/}\n/);
  const { url } = JSON.parse(first.stdout()) as { url: string };
  const { port } = new URL(url);
  const second = await run(['simulator', '--port', port]);
  expect(second.exit).toBe(2);
  expect(second.stderr).toMatch(new RegExp(`in use.*:${port}\\.\nhint: Choose another port`));
  first.interrupt();
  await first.exit;
});
