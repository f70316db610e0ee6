import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hashText, makeMark, readMark } from './mark.js';

const parts = fc.record({
  deployment: fc.stringMatching(/^[a-z0-9]{1,16}$/),
  key: fc.stringMatching(/^[A-Za-z0-9._/:-]{1,180}$/),
  firstExecution: fc.uuid(),
  generation: fc.integer({ min: 1, max: 9999 }),
});

test('every mark is short and plain enough for a tag, and says where it comes from', () => {
  fc.assert(
    fc.property(parts, (given) => {
      const mark = makeMark(given);
      expect(mark).toMatch(/^[a-z0-9-]{1,63}$/);
      expect(readMark(mark)).toEqual({
        deployment: given.deployment,
        keyHash: hashText(given.key),
        executionHash: given.firstExecution.replaceAll('-', '').slice(0, 12),
        generation: given.generation,
      });
    }),
  );
});

test('another deployment, key, execution or generation makes another mark', () => {
  fc.assert(
    fc.property(parts, parts, (a, b) => {
      const same = JSON.stringify(a) === JSON.stringify(b);
      return same === (makeMark(a) === makeMark(b));
    }),
  );
});

test('keys that are much alike have different hashes', () => {
  const keys = Array.from({ length: 20_000 }, (_, index) => `invoice-${index}`);
  expect(new Set(keys.map(hashText)).size).toBe(keys.length);
});

test.each([
  ['', 0xcbf29ce484222325n],
  ['a', 0xaf63dc4c8601ec8cn],
  ['foobar', 0x85944171f73967e8n],
])('the hash of %j is the published FNV-1a of 64 bits, and stays it, since marks outlive releases', (text, hash) => {
  expect(hashText(text)).toBe(hash.toString(36).padStart(13, '0'));
});

test('any other text is no mark', () => {
  const mark = makeMark({ deployment: 'a', key: 'k', firstExecution: 'e', generation: 1 });
  for (const text of [
    '',
    'perdure',
    `${mark} `,
    `x${mark}`,
    `${mark}\n`,
    mark.toUpperCase(),
    mark.replace('-g1', '-g0'),
  ]) {
    expect(readMark(text)).toBeUndefined();
  }
  fc.assert(fc.property(fc.string(), (text) => readMark(text) === undefined));
});
