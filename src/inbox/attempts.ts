import { createHash } from 'node:crypto';

const windowMs = 60_000;
const mostFailures = 10;
const mostPlaces = 10_000;

/**
 * Counts wrong tokens by where they come from: after ten different ones in a minute a further one is one too many.
 * The same one again is a program that was set up wrong, not somebody who guesses, and must not shut others out.
 */
export class Attempts {
  readonly #failures = new Map<string, { since: number; tokens: Set<string> }>();

  constructor(private readonly now: () => number = Date.now) {}

  /** Seconds until another try is heard; undefined when one is now. */
  blockedFor(place: string): number | undefined {
    const failed = this.#failures.get(place);
    if (!failed || failed.tokens.size < mostFailures) return undefined;
    const left = failed.since + windowMs - this.now();
    return left > 0 ? Math.ceil(left / 1000) : undefined;
  }

  failed(place: string, token: string): void {
    const known = this.#failures.get(place);
    const now = this.now();
    const print = createHash('sha256').update(token).digest('base64');
    if (known && known.since + windowMs > now) known.tokens.add(print);
    else this.#failures.set(place, { since: now, tokens: new Set([print]) });
    const [oldest] = this.#failures.keys();
    if (this.#failures.size > mostPlaces && oldest !== undefined) this.#failures.delete(oldest);
  }
}
