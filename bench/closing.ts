/** What has to be closed in the end, the last opened first; what is added after the end is closed at once. */
export class Closing {
  readonly #open: (() => Promise<void>)[] = [];
  #closed = false;

  add(close: () => Promise<void>): void {
    if (this.#closed) void close().catch(() => undefined);
    else this.#open.push(close);
  }

  /** Closes everything, also when something fails to. */
  async close(): Promise<void> {
    this.#closed = true;
    for (let close = this.#open.pop(); close; close = this.#open.pop()) await close().catch(() => undefined);
  }
}
