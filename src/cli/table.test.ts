import { expect, test } from 'vitest';
import { cut, layOut } from './table.js';

test('columns are as wide as their widest cell, and no line ends in blanks', () => {
  expect(
    layOut([
      ['A', 'LONG', ''],
      ['word', 'x', 'end'],
    ]),
  ).toEqual(['A     LONG', 'word  x     end']);
});

test('no line is wider than asked for, whatever the cells are', () => {
  const rows = [['key-of-a-run', 'endpoint', 'a-very-long-session-id']];
  for (let width = 0; width < 50; width += 1) {
    for (const line of layOut(rows, width)) expect(line.length).toBeLessThanOrEqual(Math.max(width, 0));
  }
});

test('colours come after the widths are known', () => {
  const paint = (text: string) => `<${text}>`;
  expect(
    layOut([
      [{ text: 'a', paint }, 'b'],
      ['wide', 'b'],
    ]),
  ).toEqual(['<a>     b', 'wide  b']);
});

test('a cell can not break the line or command the terminal', () => {
  expect(layOut([['a\nb\x1b[2Jc', 'd']])).toEqual(['a b [2Jc  d']);
});

test('a text is cut with a sign that it was', () => {
  expect([cut('abcdef', 6), cut('abcdef', 4), cut('abcdef', 1), cut('abcdef', 0)]).toEqual(['abcdef', 'abc…', '…', '']);
});
