import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseKeys } from './key-ring.js';
import { Sealer } from './sealing.js';

const one = `one:${randomBytes(32).toString('base64')}`;
const two = `two:${randomBytes(32).toString('base64')}`;
const sealer = (keys: string) => new Sealer(parseKeys(keys, 'PERDURE_SEAL_KEYS'));

test('what was sealed opens again at its place, whatever the text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (text, context) => {
      expect(sealer(one).open(sealer(one).seal(text, context), context)).toBe(text);
    }),
  );
});

test('sealing twice gives different texts, and neither shows what it holds', () => {
  const seals = [1, 2].map(() => sealer(one).seal('https://live.example/abc', 'run'));
  expect(new Set(seals).size).toBe(2);
  for (const sealed of seals) {
    expect(sealed).toMatch(/^s1\.one\.[A-Za-z0-9_-]+$/);
    expect(Buffer.from(sealed.split('.')[2] ?? '', 'base64url').toString('latin1')).not.toContain('live.example');
  }
});

test('after a rotation the new key seals and the old one still opens', () => {
  const before = sealer(one).seal('text', 'run');
  const rotated = sealer(`${two}, ${one}`);
  expect(rotated.open(before, 'run')).toBe('text');
  expect(rotated.seal('text', 'run')).toMatch(/^s1\.two\./);
});

test('a key that is gone is refused by its id, with the cure', () => {
  const sealed = sealer(one).seal('text', 'run');
  expect(() => sealer(two).open(sealed, 'run')).toThrow(
    expect.objectContaining({
      code: 'seal-key-missing',
      message: "A text was sealed with the key 'one'; this process has two.",
      hint: expect.stringContaining("Put 'one:<key>' back"),
    }),
  );
});

test('a sealed text of another place, of another key with this id, altered or cut is refused', () => {
  const sealed = sealer(one).seal('text', 'run-1');
  const other = sealer(`one:${randomBytes(32).toString('base64')}`);
  const broken = expect.objectContaining({ code: 'seal-broken' });
  expect(() => sealer(one).open(sealed, 'run-2')).toThrow(broken);
  expect(() => other.open(sealed, 'run-1')).toThrow(broken);
  expect(() => sealer(one).open('', 'run-1')).toThrow(broken);
  expect(() => sealer(one).open(sealed.slice(0, -30), 'run-1')).toThrow(broken);
  for (let at = sealed.lastIndexOf('.') + 1; at < sealed.length; at += 1) {
    const changed = sealed[at] === 'A' ? 'Q' : 'A';
    const altered = `${sealed.slice(0, at)}${changed}${sealed.slice(at + 1)}`;
    // The last character has bits that no byte takes.
    if (Buffer.from(altered.slice(7), 'base64url').equals(Buffer.from(sealed.slice(7), 'base64url'))) continue;
    expect(() => sealer(one).open(altered, 'run-1')).toThrow(broken);
  }
});

test('a sealed text whose key id was changed to another known one is refused', () => {
  const sealed = sealer(one).seal('text', 'run').replace('s1.one.', 's1.two.');
  expect(() => sealer(`${one},${two}`).open(sealed, 'run')).toThrow(expect.objectContaining({ code: 'seal-broken' }));
});

test('nothing of the keys shows when a sealer or a ring is printed', () => {
  const keys = parseKeys(`${one},${two}`, 'PERDURE_SEAL_KEYS');
  const given = [one, two].map((entry) => entry.slice(4));
  const bytes = given.map((key) => Buffer.from(key, 'base64'));
  for (const thing of [new Sealer(keys), keys]) {
    const shown = `${JSON.stringify(thing)} ${inspect(thing, { showHidden: true, depth: 9 })}`;
    for (const secret of [...given, ...bytes.map((key) => key.toString('hex'))]) expect(shown).not.toContain(secret);
  }
  expect(JSON.stringify(keys)).toBe('{"ids":["one","two"]}');
});
