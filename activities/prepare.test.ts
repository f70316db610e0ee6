import { expect, test } from 'vitest';
import type { PreparedRun, PrepareTask } from '../src/core/step.js';
import { AccountHealth } from './account-health.js';
import type { ActivityDependencies } from './dependencies.js';
import { prepareStep } from './prepare.js';

test('runs whose schemas are more than one answer carries are checked as far as they fit, and at least one is', async () => {
  const prepare = ({ key }: PrepareTask) => {
    const resultSchema = { description: 'x'.repeat(key === 'huge' ? 1_200_000 : 400_000) };
    return { input: { key, account: 'anchor/default', resultSchema }, hash: '' } as unknown as PreparedRun;
  };
  const check = prepareStep({ prepare } as ActivityDependencies, new AccountHealth());
  const keysOf = async (...keys: string[]) =>
    (await check(keys.map((key) => ({ key }) as PrepareTask))).map(({ input }) => input.key);
  expect(await keysOf('a', 'b', 'c', 'd')).toEqual(['a', 'b']);
  expect(await keysOf('huge', 'b')).toEqual(['huge']);
});
