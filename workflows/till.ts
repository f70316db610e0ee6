import { condition, defineSignal } from '@temporalio/workflow';
import type { Amounts, Decision, Reservation } from '../src/core/budget.js';
import { wire } from '../src/core/names.js';

export const reserveSignal = defineSignal<[Reservation]>(wire.reserve);
export const usedSignal = defineSignal<[{ id: string; used: Amounts }]>(wire.used);
export const reservedSignal = defineSignal<[Decision]>(wire.reserved);

/** Where what steps may use up is reserved, and told once it is used. */
export interface Till {
  /** Undefined once it is reserved; else why it is not. `scale` is that of the step's timings. */
  reserve(id: string, most: Amounts, scale: number): Promise<string | undefined>;
  settle(id: string, used: Amounts): Promise<void>;
}

/** Decisions that came for reservations of this workflow. */
export class Decisions {
  readonly #expected = new Set<string>();
  readonly #came = new Map<string, Decision>();

  /** From here on the decision about a reservation counts; to be called before it can come. */
  expect(id: string): void {
    this.#expected.add(id);
  }

  /** Takes a decision; one that nobody expects is told again, and means nothing. */
  take(decision: Decision): void {
    if (this.#expected.has(decision.id)) this.#came.set(decision.id, decision);
  }

  /** Waits so long at most, without end by default; whether the decision about a reservation is there. */
  async came(id: string, ms?: number): Promise<boolean> {
    if (ms !== undefined) return condition(() => this.#came.has(id), ms);
    await condition(() => this.#came.has(id));
    return true;
  }

  /** The decision that came, once: why it is refused, or undefined. */
  fetch(id: string): string | undefined {
    const { refused } = this.#came.get(id) ?? {};
    this.#came.delete(id);
    this.#expected.delete(id);
    return refused;
  }
}
