import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { homeSealKeys } from './home-key.js';
import { Sealer } from './sealing.js';

let home = '';

beforeEach(async () => {
  home = path.join(await mkdtemp(path.join(tmpdir(), 'perdure-home-')), 'home');
});

afterEach(() => rm(path.dirname(home), { recursive: true, force: true }));

test('a home makes its key once, readable to its user alone, and keeps it', () => {
  const sealed = new Sealer(homeSealKeys(home)).seal('text', 'run');
  expect(statSync(path.join(home, 'seal.key')).mode & 0o777).toBe(0o600);
  expect(new Sealer(homeSealKeys(home)).open(sealed, 'run')).toBe('text');
  expect(readdirSync(home)).toEqual(['seal.key']);
});

test('a key that is put before it in the file seals from then on', () => {
  const sealed = new Sealer(homeSealKeys(home)).seal('text', 'run');
  const file = path.join(home, 'seal.key');
  writeFileSync(file, `new:${randomBytes(32).toString('base64')}\n${readFileSync(file, 'utf8')}`);
  const sealer = new Sealer(homeSealKeys(home));
  expect(sealer.open(sealed, 'run')).toBe('text');
  expect(sealer.seal('text', 'run')).toMatch(/^s1\.new\./);
});

test('a key file that leads nowhere is not replaced', () => {
  mkdirSync(home);
  const file = path.join(home, 'seal.key');
  symlinkSync(path.join(home, 'moved-away'), file);
  expect(() => homeSealKeys(home)).toThrow(expect.objectContaining({ code: 'home-not-writable' }));
  expect(readdirSync(home)).toEqual(['seal.key']);
});

test('a key file that can not be used is named and left as it is', () => {
  homeSealKeys(home);
  const file = path.join(home, 'seal.key');
  writeFileSync(file, 'damaged');
  expect(() => homeSealKeys(home)).toThrow(
    expect.objectContaining({ code: 'config-invalid', message: expect.stringContaining(file) }),
  );
  expect(readFileSync(file, 'utf8')).toBe('damaged');
});

test('a home that can not be made is named', () => {
  writeFileSync(home, 'a file where the folder should be');
  expect(() => homeSealKeys(path.join(home, 'sub'))).toThrow(
    expect.objectContaining({ code: 'home-not-writable', message: expect.stringContaining(path.join(home, 'sub')) }),
  );
});
