import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatDuration, parseDuration } from './duration.js';

const tenYears = 315_360_000_000;

test.each([
  [1500, 1500],
  ['850ms', 850],
  ['90s', 90_000],
  ['1.5h', 5_400_000],
  ['3 days', 259_200_000],
  ['1h 30m', 5_400_000],
  [' 2 Weeks ', 1_209_600_000],
  ['1d2h3m4s5ms', 93_784_005],
  ['0.4ms 0.6ms', 1],
])('%j is %d ms', (value, ms) => {
  expect(parseDuration(value)).toBe(ms);
});

test.each([
  0,
  -1,
  Number.NaN,
  Infinity,
  tenYears + 1,
  '',
  '90',
  's',
  '1 fortnight',
  '1h and 2m',
  '-5s',
  '11 years',
  '0s',
  '1 constructor',
])('%j is no duration', (value) => {
  expect(parseDuration(value)).toBeUndefined();
});

test('any text is read or refused, and never becomes a fraction or more than ten years', () => {
  const nearly = fc.array(fc.tuple(fc.double(), fc.constantFrom('s', 'ms', ' h', 'days', 'x', '')));
  const text = fc.oneof(
    fc.string(),
    nearly.map((parts) => parts.map(([amount, unit]) => `${amount}${unit}`).join(' ')),
  );
  fc.assert(
    fc.property(text, (value) => {
      const ms = parseDuration(value);
      return ms === undefined || (Number.isSafeInteger(ms) && ms >= 0 && ms <= tenYears);
    }),
  );
});

test('a long text that is almost a duration is refused at once', () => {
  expect(parseDuration(`${'1s '.repeat(50_000)}!`)).toBeUndefined();
});

test('what is written for a person is read again as the same time, short of the unit that was left away', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: tenYears }), (ms) => {
      const unit = ms < 1000 ? 1 : ms < 3_600_000 ? 1000 : ms < 86_400_000 ? 60_000 : 3_600_000;
      const again = parseDuration(formatDuration(ms)) ?? 0;
      return again <= ms && ms - again < unit;
    }),
  );
});

test.each([
  [850, '850ms'],
  [42_000, '42s'],
  [185_000, '3m 05s'],
  [7_800_000, '2h 10m'],
  [273_600_000, '3d 4h'],
])('%d ms are written %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});
