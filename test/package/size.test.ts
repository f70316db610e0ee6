import { expect, test } from 'vitest';
import { added, judgeAddition } from './size.js';

const found = { packages: 3, megabytes: 20.4 };

test('what an install adds is the difference between two looks', () => {
  const before = { versions: new Map([['node_modules/a', '1.0.0']]), bytes: 1_000_000 };
  const after = { versions: new Map([...before.versions, ['node_modules/b', '1.0.0']]), bytes: 3_540_000 };
  expect(added(before, after)).toEqual({ packages: 1, megabytes: 2.5 });
});

test.each(['adds 3 packages and 20 MB', 'adds 3 packages and 22 MB'])('near enough is said: %s', (said) => {
  expect(judgeAddition(`To a project it ${said}.`, found)).toEqual([]);
});

test.each(['adds 3 packages and 24 MB', 'adds 2 packages and 20 MB', 'is small'])('this is corrected: %s', (said) => {
  expect(judgeAddition(`To a project it ${said}.`, found)).toEqual([
    expect.stringContaining("'adds 3 packages and 20 MB'"),
  ]);
});
