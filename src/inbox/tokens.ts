import { createHash, timingSafeEqual } from 'node:crypto';
import type { InboxTokens } from '../secrets/inbox-tokens.js';

/** Tells whose token one is. Only digests are compared, and for as long whatever is given. */
export class TokenBook {
  readonly #digests: ReadonlyMap<string, Buffer>;

  constructor(tokens: InboxTokens) {
    this.#digests = new Map(tokens.reveal().map(({ name, token }) => [name, digest(token)]));
  }

  /** Whose token it is; undefined where it is nobody's. */
  nameOf(token: string): string | undefined {
    const given = digest(token);
    let found: string | undefined;
    for (const [name, known] of this.#digests) if (timingSafeEqual(known, given)) found = name;
    return found;
  }

  /** Differs from what it was once a name has another token, and tells nothing of it; undefined for a name without one. */
  printOf(name: string): string | undefined {
    const known = this.#digests.get(name);
    return known && createHash('sha256').update(known).digest('base64url');
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
