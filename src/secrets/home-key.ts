import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { PerdureError } from '../core/errors.js';
import { type KeyRing, parseKeys } from './key-ring.js';

/**
 * The sealing keys that a home keeps in `seal.key` (mode 0600), in the form of `PERDURE_SEAL_KEYS`; one is made where
 * there is none. A file that can't be used is never overwritten.
 * @throws PerdureError `home-not-writable`; `config-invalid` naming the file.
 */
export function homeSealKeys(home: string): KeyRing {
  const file = path.join(home, 'seal.key');
  return parseKeys(readKeys(file) ?? makeKey(home, file), file);
}

function readKeys(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    if (hasCode(cause, 'ENOENT', 'ENOTDIR')) return undefined;
    throw new PerdureError({
      code: 'config-invalid',
      message: `The sealing key ${file} can't be read.`,
      hint: 'Give the user of this process the right to read it; do not remove it: what it sealed needs it.',
      cause,
    });
  }
}

function makeKey(home: string, file: string): string {
  const text = `home-${randomBytes(4).toString('hex')}:${randomBytes(32).toString('base64')}\n`;
  try {
    mkdirSync(home, { recursive: true });
    return keepFirst(text, file);
  } catch (cause) {
    throw new PerdureError({
      code: 'home-not-writable',
      message: `No sealing key can be made in the home ${home}.`,
      hint: 'Set PERDURE_HOME to a folder of yours, or PERDURE_SEAL_KEYS to a list of id:base64.',
      cause,
    });
  }
}

/** Links the file only when it is whole: nobody reads half a key, and of two processes the first one's key stays. */
function keepFirst(text: string, file: string): string {
  const draft = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
  writeFileSync(draft, text, { flag: 'wx', mode: 0o600 });
  try {
    linkSync(draft, file);
    return text;
  } catch (error) {
    const theirs = hasCode(error, 'EEXIST') ? readKeys(file) : undefined;
    if (theirs === undefined) throw error;
    return theirs;
  } finally {
    rmSync(draft, { force: true });
  }
}

function hasCode(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && 'code' in error && codes.some((code) => code === error.code);
}
