import type { Ledger } from '../../src/simulator/index.js';
import { BenchError } from '../bench-error.js';
import { endsByKey, keyIn, type PlannedRun } from '../task.js';

/** A start, timed where it was asked for. */
export interface Begun {
  run: PlannedRun;
  /** Epoch milliseconds. */
  calledAt: number;
}

/** A start whose result was waited for. */
export interface Ended extends Begun {
  /** Epoch milliseconds: when the waiting caller had the result. */
  returnedAt: number;
}

/** Milliseconds from each call until the provider had received the start. */
export function startDelays(ledger: Ledger, begun: readonly Begun[]): number[] {
  const requests = ledger.requests({ operation: 'start' });
  const receipts = new Map(requests.map(({ body, at }) => [keyIn(JSON.stringify(body)), at]));
  return begun.map(({ run, calledAt }) => known(receipts.get(run.key), run) - calledAt);
}

/** Milliseconds from each end at the provider until the caller had the result, less the time between two looks. */
export function endDelays({ runs }: Ledger, ended: readonly Ended[], betweenLooks: number): number[] {
  const ends = endsByKey(runs);
  return ended.map(({ run, returnedAt }) => Math.max(0, returnedAt - known(ends.get(run.key), run) - betweenLooks));
}

function known(at: number | undefined, { key }: PlannedRun): number {
  if (at !== undefined) return at;
  throw new BenchError(`The provider knows nothing of ${key}.`);
}
