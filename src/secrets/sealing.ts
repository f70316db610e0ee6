import { PerdureError } from '../core/errors.js';
import { decrypt, encrypt } from './aes-gcm.js';
import type { KeyRing } from './key-ring.js';

const form = /^s1\.([A-Za-z0-9_-]{1,64})\.([A-Za-z0-9_-]+)$/;

/**
 * Seals texts that have to be stored but not read there, such as live-view URLs, with AES-256-GCM. The newest key seals,
 * every key of the ring opens.
 */
export class Sealer {
  readonly #keys: KeyRing;

  constructor(keys: KeyRing) {
    this.#keys = keys;
  }

  /** Seals a text for one place: only with the same `context`, such as a run's key, can it be opened again. */
  seal(text: string, context: string): string {
    const { id, key } = this.#keys.newest;
    return `s1.${id}.${encrypt(key, Buffer.from(text), bound(id, context)).toString('base64url')}`;
  }

  /**
   * The text that was sealed.
   * @throws PerdureError `seal-key-missing` when its key is gone; `seal-broken` when it was altered, cut, or sealed for
   * another place. What was sealed stays as it is.
   */
  open(sealed: string, context: string): string {
    const [, id, data] = form.exec(sealed) ?? [];
    if (id === undefined || data === undefined) throw broken('does not have the form of one');
    const key = this.#keys.find(id);
    if (!key) throw keyMissing(id, this.#keys.ids);
    const plain = decrypt(key, Buffer.from(data, 'base64url'), bound(id, context));
    if (!plain) throw broken(`was altered, or sealed for another place (key '${id}')`);
    return plain.toString('utf8');
  }
}

function bound(id: string, context: string): string {
  return JSON.stringify(['perdure-seal-1', id, context]);
}

function broken(what: string): PerdureError {
  return new PerdureError({
    code: 'seal-broken',
    message: `A sealed text ${what}; it can not be opened.`,
    hint: 'If two keys had the same id, put the one that sealed it back.',
  });
}

function keyMissing(id: string, known: readonly string[]): PerdureError {
  return new PerdureError({
    code: 'seal-key-missing',
    message: `A text was sealed with the key '${id}'; this process has ${known.join(', ')}.`,
    hint: `Put '${id}:<key>' back at the end of PERDURE_SEAL_KEYS (or of seal.key in the home); nothing is lost.`,
  });
}
