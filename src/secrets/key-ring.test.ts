import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { PerdureError } from '../core/errors.js';
import { parseKeys } from './key-ring.js';

const base64 = randomBytes(32).toString('base64');

test('a list is read newest first, with commas, spaces and line breaks in between', () => {
  const keys = parseKeys(`k3:${base64}, k2:${base64}\nk_1:${randomBytes(32).toString('base64url')}\n`, 'KEYS');
  expect(keys.ids).toEqual(['k3', 'k2', 'k_1']);
  expect(keys.newest.id).toBe('k3');
  expect(keys.find('k2')?.export()).toEqual(Buffer.from(base64, 'base64'));
  expect(keys.find('k4')).toBeUndefined();
});

test.each([
  ['', 'KEYS has no key'],
  [' , ', 'KEYS has no key'],
  [base64, 'entry 1 of KEYS is not of the form id:base64'],
  [`a:${base64},:${base64}`, 'the id in entry 2 of KEYS is not 1 to 64 of A-Z a-z 0-9 _ -'],
  [`a.b:${base64}`, 'the id in entry 1 of KEYS is not 1 to 64 of A-Z a-z 0-9 _ -'],
  [`a:${base64},a:${base64}`, "KEYS has the key id 'a' twice"],
  [`a:${randomBytes(16).toString('base64')}`, "the key 'a' in entry 1 of KEYS is not 32 bytes in base64"],
  [`a:${randomBytes(33).toString('base64')}`, "the key 'a' in entry 1 of KEYS is not 32 bytes in base64"],
])('a wrong list is refused by its place, without a key: case %#', (text, problem) => {
  const error = caught(() => parseKeys(text, 'KEYS'));
  expect(error).toMatchObject({ code: 'config-invalid', message: `Of the encryption keys, ${problem}.` });
  expect(`${error?.message} ${error?.hint}`).not.toContain(base64.slice(0, 8));
});

function caught(call: () => unknown): PerdureError | undefined {
  try {
    call();
    return undefined;
  } catch (error) {
    return error instanceof PerdureError ? error : undefined;
  }
}
