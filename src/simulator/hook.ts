import { known, plainText } from './match.js';
import { type Fault, type Occasion, occasionMatches, type Where } from './fault.js';
import { SimulatorError } from './error.js';

const phases = ['received', 'effected', 'replied'] as const;

/**
 * An instant of a request: `received`, before anything happens; `effected`, after it took effect and before the answer is
 * sent; `replied`, after the answer was sent or lost.
 */
export type Phase = (typeof phases)[number];

/** Which requests, and at which instant. */
export interface HookWhere extends Pick<Fault, 'on' | 'endpoint' | 'provider' | 'text'> {
  readonly phase: Phase;
  /** How many requests it is told of. Default `'always'`. */
  readonly times?: number | 'always';
}

/** A request that has come to the instant. */
export interface HookEvent extends Occasion {
  readonly phase: Phase;
  /** Place of the request in the ledger. */
  readonly seq: number;
  readonly runId?: string;
  readonly sessionId?: string;
}

/** Told of a request; at `received` and `effected` the request is held until the promise settles. What it throws makes the answer a 500. */
export type HookCallback = (event: HookEvent) => void | Promise<void>;

interface Hook {
  readonly phase: Phase;
  readonly where: Where;
  readonly callback: HookCallback;
  left: number;
}

/** Those who want to be told when requests come to an instant. */
export class Hooks {
  readonly #hooks = new Set<Hook>();

  add(given: HookWhere, callback: HookCallback): () => void {
    known('hook', given, ['on', 'endpoint', 'provider', 'text', 'phase', 'times']);
    const { phase, times = 'always', text, ...rest } = given;
    if (!phases.includes(phase)) throw new SimulatorError(`no phase '${phase}'; there are ${phases.join(', ')}`);
    const where: Where = { ...rest, ...plainText(text) };
    const hook: Hook = { phase, where, callback, left: times === 'always' ? Infinity : times };
    this.#hooks.add(hook);
    return () => void this.#hooks.delete(hook);
  }

  async tell(event: HookEvent): Promise<void> {
    for (const hook of [...this.#hooks]) {
      if (hook.phase !== event.phase || !occasionMatches(hook.where, event)) continue;
      hook.left -= 1;
      if (hook.left <= 0) this.#hooks.delete(hook);
      await hook.callback(event);
    }
  }
}
