import path from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { distinctName, folderName, safeName, sameName } from './file-names.js';

test.each([
  ['invoice 2026-11.pdf', 'invoice 2026-11.pdf'],
  ['../../etc/passwd', 'passwd'],
  ['..\\..\\boot.ini', 'boot.ini'],
  ['..', 'file'],
  ['', 'file'],
  ['.bashrc', 'bashrc'],
  ['.perdure-files.json', 'perdure-files.json'],
  ['a\u0000b\nc.pdf', 'a_b_c.pdf'],
  ['report\u202Efdp.exe', 'report_fdp.exe'],
  ['name. . ', 'name'],
  ['CON.txt', '_CON.txt'],
  ['Rechnung für März.pdf', 'Rechnung für März.pdf'],
])('%j is saved as %j', (given, name) => {
  expect(safeName(given)).toBe(name);
});

test('a name that is too long for a file system keeps its extension', () => {
  const name = safeName(`${'ü'.repeat(400)}.tar.gz`);
  expect(Buffer.byteLength(name)).toBeLessThanOrEqual(160);
  expect(name).toMatch(/^ü+\.tar\.gz$/);
});

test('names that differ only in case get numbers', () => {
  const taken = new Set(['a.pdf', 'a (2).pdf']);
  expect(distinctName('A.pdf', taken)).toBe('A (3).pdf');
  expect(distinctName('b', taken)).toBe('b');
});

test('no name leads out of its folder or is hidden, and a safe name stays as it is', () => {
  const parts = fc.constantFrom('..', '.', '/', '\\', 'a', ' ', '\0', 'C:', '~', '%2e', 'nul', '.pdf', '️', '𝒳');
  const names = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(parts).map((each) => each.join('')),
  );
  fc.assert(
    fc.property(names, (given) => {
      const name = safeName(given);
      expect(path.dirname(path.resolve('/files/run', name))).toBe('/files/run');
      expect(name).not.toMatch(/^\.|[/\\]|^$/);
      expect(safeName(name)).toBe(name);
      expect(sameName(distinctName(name, new Set([sameName(name)])))).not.toBe(sameName(name));
    }),
  );
});

test('each key has a folder of its own, one part of a path', () => {
  const keys = fc.string({ unit: fc.constantFrom(...'aA0._/:-'), minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(keys, keys, (one, other) => {
      expect(path.dirname(path.resolve('/files', folderName(one)))).toBe('/files');
      expect(folderName(one) === folderName(other)).toBe(one === other);
    }),
  );
});
