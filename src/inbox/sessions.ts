import { createHmac, hkdfSync, type KeyObject, randomBytes, timingSafeEqual } from 'node:crypto';
import type { KeyRing } from '../secrets/key-ring.js';
import type { TokenBook } from './tokens.js';

/** Milliseconds that one sign-in lasts. */
export const sessionMs = 12 * 3_600_000;

/** A person who has signed in. */
export interface Session {
  name: string;
  /** What every form of this session carries, so that no other site can send one. */
  csrf: string;
}

/** Signs and reads the cookies of those who have signed in. Nothing is stored: a cookie ends with its token or its time. */
export class Sessions {
  readonly #keys: readonly Buffer[];

  constructor(
    keys: KeyRing,
    private readonly tokens: TokenBook,
    private readonly now: () => number = Date.now,
  ) {
    this.#keys = keys.ids.flatMap((id) => {
      const key = keys.find(id);
      return key ? [derive(key)] : [];
    });
  }

  /** The cookie of a person whose token was right. */
  open(name: string): string {
    const data = [
      name,
      this.tokens.printOf(name) ?? '',
      String(this.now() + sessionMs),
      randomBytes(12).toString('base64url'),
    ];
    const text = Buffer.from(JSON.stringify(data)).toString('base64url');
    return `${text}.${this.#sign(text, 'session')}`;
  }

  /** Who signed in with this cookie; undefined when it is forged, expired, or its token is gone. */
  read(cookie: string): Session | undefined {
    const [text = '', signature = ''] = cookie.split('.');
    if (!this.#verify(text, 'session', signature)) return undefined;
    const [name, print, until] = JSON.parse(Buffer.from(text, 'base64url').toString()) as [string, string, string];
    if (Number(until) <= this.now() || this.tokens.printOf(name) !== print) return undefined;
    return { name, csrf: this.#sign(text, 'form') };
  }

  /** Whether a form is of this cookie's session. */
  isOwn(cookie: string, csrf: string): boolean {
    return this.#verify(cookie.split('.')[0] ?? '', 'form', csrf);
  }

  #sign(text: string, purpose: string): string {
    const [newest] = this.#keys;
    return newest ? mac(newest, text, purpose).toString('base64url') : '';
  }

  #verify(text: string, purpose: string, signature: string): boolean {
    const given = Buffer.from(signature, 'base64url');
    return this.#keys.some((key) => {
      const right = mac(key, text, purpose);
      return given.length === right.length && timingSafeEqual(given, right);
    });
  }
}

function derive(key: KeyObject): Buffer {
  return Buffer.from(hkdfSync('sha256', key, '', 'perdure-inbox-session-1', 32));
}

function mac(key: Buffer, text: string, purpose: string): Buffer {
  return createHmac('sha256', key).update(`${purpose}\0${text}`).digest();
}
