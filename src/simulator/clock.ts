import type { Duration } from '../core/duration.js';
import { milliseconds } from './duration.js';

/** The time that the simulated providers live in. Lives of runs and sessions follow it; delays of connections do not. */
export interface SimulatorClock {
  readonly kind: 'real' | 'scaled' | 'driven';
  /** Milliseconds since 1970, as the simulated providers see them (also in their `Date` header). */
  now(): number;
  /** Moves the time ahead; what falls due on the way happens in order, each at its own time. Works for every clock. */
  advance(by: Duration): Promise<void>;
  /** Calls back once when the time has come; returns how to cancel. */
  wake(at: number, callback: () => void): () => void;
  /** Forgets everything that still waits. */
  close(): void;
}

interface Sleeper {
  readonly at: number;
  readonly callback: () => void;
}

/** Those who wait, the earliest first; equal times keep their order. */
class Sleepers {
  readonly #list: Sleeper[] = [];

  get earliest(): Sleeper | undefined {
    return this.#list[0];
  }

  add(sleeper: Sleeper): void {
    let low = 0;
    let high = this.#list.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#list[middle]?.at ?? Infinity) <= sleeper.at) low = middle + 1;
      else high = middle;
    }
    this.#list.splice(low, 0, sleeper);
  }

  remove(sleeper: Sleeper): void {
    const index = this.#list.indexOf(sleeper);
    if (index >= 0) this.#list.splice(index, 1);
  }

  shiftDue(now: number): Sleeper | undefined {
    return (this.#list[0]?.at ?? Infinity) <= now ? this.#list.shift() : undefined;
  }

  clear(): void {
    this.#list.length = 0;
  }
}

/** Lets sockets and promises that just woke go on before the time moves again. */
const breathe = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const longestTimer = 2_147_483_647;

class TickingClock implements SimulatorClock {
  readonly #sleepers = new Sleepers();
  readonly #began = Date.now();
  #start: number;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    readonly kind: 'real' | 'scaled',
    readonly factor: number,
    start: number,
  ) {
    this.#start = start;
  }

  now(): number {
    return Math.floor(this.#start + (Date.now() - this.#began) * this.factor);
  }

  async advance(by: Duration): Promise<void> {
    this.#start += milliseconds(by);
    this.#ring();
    await breathe();
  }

  wake(at: number, callback: () => void): () => void {
    const sleeper = { at, callback };
    this.#sleepers.add(sleeper);
    if (this.#sleepers.earliest === sleeper) this.#arm();
    return () => this.#sleepers.remove(sleeper);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#sleepers.clear();
  }

  #arm(): void {
    clearTimeout(this.#timer);
    const next = this.#sleepers.earliest;
    if (!next) return;
    const wait = Math.min(Math.max(0, Math.ceil((next.at - this.now()) / this.factor)), longestTimer);
    this.#timer = setTimeout(() => this.#ring(), wait);
    this.#timer.unref();
  }

  #ring(): void {
    for (let due = this.#sleepers.shiftDue(this.now()); due; due = this.#sleepers.shiftDue(this.now())) due.callback();
    this.#arm();
  }
}

class HandDrivenClock implements SimulatorClock {
  readonly kind = 'driven';
  readonly #sleepers = new Sleepers();
  #now: number;

  constructor(start: number) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  async advance(by: Duration): Promise<void> {
    const target = this.#now + milliseconds(by);
    for (let due = this.#sleepers.shiftDue(target); due; due = this.#sleepers.shiftDue(target)) {
      this.#now = Math.max(this.#now, due.at);
      due.callback();
      await breathe();
    }
    this.#now = Math.max(this.#now, target);
    await breathe();
  }

  wake(at: number, callback: () => void): () => void {
    const sleeper = { at, callback };
    this.#sleepers.add(sleeper);
    return () => this.#sleepers.remove(sleeper);
  }

  close(): void {
    this.#sleepers.clear();
  }
}

/** The computer's own time, `offset` ahead of it (default 0): a provider whose clock goes wrong. */
export function realClock(offset: Duration = 0): SimulatorClock {
  return new TickingClock('real', 1, Date.now() + milliseconds(offset));
}

/** A time that begins at `start` (milliseconds since 1970, default now) and passes `factor` times as fast as the computer's. */
export function scaledClock(factor: number, start: number = Date.now()): SimulatorClock {
  return new TickingClock('scaled', factor, start);
}

/** A time that stands still until `advance`; begins at `start` (milliseconds since 1970, default 2026-01-01). */
export function drivenClock(start: number = Date.UTC(2026, 0, 1)): SimulatorClock {
  return new HandDrivenClock(start);
}
