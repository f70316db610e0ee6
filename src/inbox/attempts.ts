const windowMs = 60_000;
const mostFailures = 10;
const mostPlaces = 10_000;

/** Counts failed tries to sign in by where they came from; after ten in a minute nothing more is tried from there. */
export class Attempts {
  readonly #failures = new Map<string, { since: number; count: number }>();

  constructor(private readonly now: () => number = Date.now) {}

  /** Seconds until another try is heard; undefined when one is now. */
  blockedFor(place: string): number | undefined {
    const failed = this.#failures.get(place);
    if (!failed || failed.count < mostFailures) return undefined;
    const left = failed.since + windowMs - this.now();
    return left > 0 ? Math.ceil(left / 1000) : undefined;
  }

  failed(place: string): void {
    const known = this.#failures.get(place);
    const now = this.now();
    if (known && known.since + windowMs > now) known.count += 1;
    else this.#failures.set(place, { since: now, count: 1 });
    const [oldest] = this.#failures.keys();
    if (this.#failures.size > mostPlaces && oldest !== undefined) this.#failures.delete(oldest);
  }
}
