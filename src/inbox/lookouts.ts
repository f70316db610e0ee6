import { createHash } from 'node:crypto';

/** What a look shows. */
export interface Sight {
  value: unknown;
  /** Whether it changes no more. */
  over: boolean;
}

interface Lookout {
  listeners: Set<(mark: string) => void>;
  mark: string;
  over: boolean;
  timer?: NodeJS.Timeout;
}

interface Watch {
  look: () => Promise<Sight>;
  /** The mark of what was seen last. */
  seen: string;
  changed: (mark: string) => void;
}

/** A look that takes long is followed by a pause that is so many times longer, so that looking never takes up the server. */
const restFactor = 3;

/** A short text that is another one once a value has changed. */
export function markOf(value: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(value) ?? '')
    .digest('base64url')
    .slice(0, 16);
}

/** Looks at single things, each once for everybody who watches it, and not at all while nobody does. */
export class Lookouts {
  readonly #open = new Map<string, Lookout>();

  constructor(private readonly pauseMs: number) {}

  get watchers(): number {
    return [...this.#open.values()].reduce((sum, { listeners }) => sum + listeners.size, 0);
  }

  /**
   * Calls `changed` with the mark of what `look` shows whenever that differs from before, at first from the mark `seen`.
   * Gives what ends it.
   */
  watch(name: string, { look, seen, changed }: Watch): () => void {
    const lookout = this.#open.get(name) ?? this.#begin(name, look, seen);
    lookout.listeners.add(changed);
    if (lookout.mark !== seen) changed(lookout.mark);
    return () => {
      lookout.listeners.delete(changed);
      if (lookout.listeners.size === 0) this.#end(name, lookout);
    };
  }

  close(): void {
    for (const [name, lookout] of this.#open) this.#end(name, lookout);
  }

  #begin(name: string, look: () => Promise<Sight>, mark: string): Lookout {
    const lookout: Lookout = { listeners: new Set(), mark, over: false };
    this.#open.set(name, lookout);
    this.#next(lookout, look, 0);
    return lookout;
  }

  #end(name: string, lookout: Lookout): void {
    lookout.over = true;
    clearTimeout(lookout.timer);
    if (this.#open.get(name) === lookout) this.#open.delete(name);
  }

  #next(lookout: Lookout, look: () => Promise<Sight>, pauseMs: number): void {
    lookout.timer = setTimeout(() => void this.#look(lookout, look), pauseMs);
    lookout.timer.unref();
  }

  async #look(lookout: Lookout, look: () => Promise<Sight>): Promise<void> {
    const began = Date.now();
    // What can't be seen now is looked at again.
    const sight = await look().catch(() => undefined);
    if (lookout.over) return;
    const mark = sight ? markOf(sight.value) : lookout.mark;
    if (mark !== lookout.mark) {
      lookout.mark = mark;
      for (const changed of lookout.listeners) changed(mark);
    }
    if (!sight?.over) this.#next(lookout, look, Math.max(this.pauseMs, restFactor * (Date.now() - began)));
  }
}
