import type { EarlierEnd, ItemPlaces, RunEnd, StopOn } from '../../core/batch.js';
import type { AgentSpec } from '../../core/builders.js';
import type { Json } from '../../core/json.js';
import type { FinalStatus, OutcomeError } from '../../core/run.js';
import type { StartOptions } from '../perdure.js';

/** What a batch is started with: what its runs have in common, and the items that they differ by. */
export type BatchOptions<I = Json, T = Json> = BatchTerms<I, T> & ItemPlaces<I, AgentSpec>;

/** What is said of a batch beside where its items run. */
export interface BatchTerms<I = Json, T = Json> extends Omit<StartOptions<T>, 'key' | 'agent'> {
  /** The same key is the same batch: 1 to 120 of `A-Za-z0-9._/:-`. The run of an item has `<key>/<item key>`. */
  key: string;
  /** The items, or the path of a file with one item of JSON a line. */
  items: Iterable<I> | AsyncIterable<I> | string;
  /** Names an item, unlike any other. Default: its field `key`, or else `id`. */
  itemKey?: (item: I) => string;
  /** Runs at once, those that wait for a person or their account included. Default 25, at most 500. */
  window?: number;
  /** After so many failures nothing more is started; what lives goes on. Default: never. */
  stopOn?: StopOn;
  /** Takes a line of JSON for each item that has ended. Items that it has are not done again. */
  resultsFile?: string;
  /**
   * `failed`: items that the results file says to have failed, been cancelled or timed out are done again, in a run of its own.
   * Those whose outcome is unknown only where the effect is a `read`.
   */
  again?: 'failed';
}

/** An item that has ended, as it stands in the results file too. */
export interface BatchItem<T = Json> {
  /** Of the item. */
  key: string;
  /** Key of its run: `perdure.get(run)` has all that is known. */
  run: string;
  status: FinalStatus;
  /** Of a completed run. */
  result?: T;
  /** Why it did not complete. */
  error?: OutcomeError;
  /** What its run used, as far as the provider says. */
  usage?: RunEnd['usage'];
  /** How it ended at the targets that it was tried at before, in order. */
  failedOver?: EarlierEnd[];
  /** What may still live at the provider. */
  left?: string[];
  /** ISO 8601. */
  startedAt: string;
  /** ISO 8601. */
  endedAt: string;
}
