import { createHash, timingSafeEqual } from 'node:crypto';
import type { InboxToken } from './options.js';

/** The tokens that are let in. What is compared takes the same time whatever is given. */
export class Tokens {
  readonly #hashes: readonly { name: string; hash: Buffer }[];

  constructor(tokens: readonly InboxToken[]) {
    this.#hashes = tokens.map(({ name, token }) => ({ name, hash: hashOf(token) }));
  }

  /** Whose token it is, and what tells it from another of the same name; undefined where it is nobody's. */
  find(token: string): { name: string; print: string } | undefined {
    const given = hashOf(token);
    let found: { name: string; print: string } | undefined;
    for (const { name, hash } of this.#hashes) {
      if (timingSafeEqual(hash, given)) found = { name, print: printOf(hash) };
    }
    return found;
  }

  /** Whether a person still has the token of this print. */
  has(name: string, print: string): boolean {
    return this.#hashes.some((each) => each.name === name && printOf(each.hash) === print);
  }
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(`perdure-inbox-token\0${token}`).digest();
}

/** Tells tokens apart without telling them. */
function printOf(hash: Buffer): string {
  return createHash('sha256').update(hash).digest('base64url').slice(0, 16);
}
