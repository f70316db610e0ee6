import { createSecretKey, type KeyObject } from 'node:crypto';
import { PerdureError } from '../core/errors.js';

/** One key and the id that what it encrypted carries. */
export interface NamedKey {
  id: string;
  key: KeyObject;
}

const idPattern = /^[A-Za-z0-9_-]{1,64}$/;
const keyPattern = /^[A-Za-z0-9+/_-]{43}=?$/;

/** AES-256 keys by id: the first encrypts, each one decrypts. Only the ids show when it is printed. */
export class KeyRing {
  readonly #keys: ReadonlyMap<string, KeyObject>;
  readonly #newest: NamedKey;

  constructor(newest: NamedKey, older: readonly NamedKey[] = []) {
    this.#newest = newest;
    this.#keys = new Map([newest, ...older].map(({ id, key }) => [id, key]));
  }

  /** The key that encrypts. */
  get newest(): NamedKey {
    return this.#newest;
  }

  /** The ids, newest first. */
  get ids(): string[] {
    return [...this.#keys.keys()];
  }

  /** The key with this id; undefined where the ring has none. */
  find(id: string): KeyObject | undefined {
    return this.#keys.get(id);
  }

  /** The ids alone, so that no key is printed by accident. */
  toJSON(): { ids: string[] } {
    return { ids: this.ids };
  }
}

/**
 * Reads a list of `id:base64`, newest first, with commas or white space in between; each key has 32 bytes.
 * @throws PerdureError `config-invalid` naming where the list stands and which entry is wrong, never a key.
 */
export function parseKeys(text: string, from: string): KeyRing {
  const entries = text.split(/[\s,]+/).filter((entry) => entry !== '');
  const keys = entries.map((entry, index) => parseKey(entry, `entry ${index + 1} of ${from}`));
  const ids = keys.map(({ id }) => id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) throw invalid(`${from} has the key id '${twice}' twice`);
  const [newest, ...older] = keys;
  if (!newest) throw invalid(`${from} has no key`);
  return new KeyRing(newest, older);
}

function parseKey(entry: string, place: string): NamedKey {
  const colon = entry.indexOf(':');
  if (colon === -1) throw invalid(`${place} is not of the form id:base64`);
  const id = entry.slice(0, colon);
  const key = entry.slice(colon + 1);
  if (!idPattern.test(id)) throw invalid(`the id in ${place} is not 1 to 64 of A-Z a-z 0-9 _ -`);
  if (!keyPattern.test(key)) throw invalid(`the key '${id}' in ${place} is not 32 bytes in base64`);
  return { id, key: createSecretKey(Buffer.from(key, 'base64')) };
}

function invalid(problem: string): PerdureError {
  return new PerdureError({
    code: 'config-invalid',
    message: `Of the encryption keys, ${problem}.`,
    hint: 'Write a list of id:base64, newest first; make a key with: openssl rand -base64 32',
  });
}
