import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const rows = readFileSync('docs/fault-matrix.md', 'utf8')
  .split('\n')
  .filter((line) => /^\| \d+ \|/.test(line))
  .map((line) => {
    const [row = '', , , where = ''] = line.slice(1, -1).split('|');
    return { row: Number(row), files: [...where.matchAll(/`(test\/[^`]+)`/g)].map(([, file = '']) => file) };
  });

test('the fault matrix has 20 rows', () => {
  expect(rows.map(({ row }) => row)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
});

test.each(rows)(
  'row $row of the fault matrix has a test named after it in each file that it names',
  ({ row, files }) => {
    expect(files).not.toEqual([]);
    for (const file of files) expect(readFileSync(file, 'utf8'), file).toContain(`(fault matrix ${row}: `);
  },
);
