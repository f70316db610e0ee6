import {
  type BatchItemInput,
  type EarlierEnd,
  type ItemEnd,
  type ItemTarget,
  jsonLength,
  type StopOn,
  type Stopped,
} from '../src/core/batch.js';
import { BatchTally, type Tallied } from '../src/core/batch-tally.js';

/** A run that was started and has not ended. */
export interface LiveItem {
  /** Of the item. */
  key: string;
  /** Epoch milliseconds: when it is looked at, should it have told nothing until then. */
  checkAt: number;
  /** Milliseconds from one such look to the next. */
  wait: number;
  /** Whether it was asked to stop. */
  cancelled?: true;
  others?: ItemTarget[];
  failedOver?: EarlierEnd[];
}

/** What a batch begins with, and carries over when it continues as new. */
export interface BatchSettings {
  key: string;
  /** How much shorter every wait is; 1 outside tests. */
  scale: number;
  window?: number;
  stopOn?: StopOn;
  /** Its ends are not fetched: they are given with its own end. */
  keeps?: true;
}

/** What a batch has come to. */
export interface CarriedBook {
  startedAt: number;
  feeder?: string;
  window?: number;
  stopOn?: StopOn;
  fed: boolean;
  stopped?: Stopped;
  notStarted: number;
  queue: BatchItemInput[];
  live: [run: string, item: LiveItem][];
  ended: ItemEnd[];
  /** Bytes of JSON of the results among them. */
  resultBytes: number;
  leftOut: boolean;
  n: number;
  tally: Tallied;
  quietSince: number;
}

/** What a batch begins with that has come to nothing yet. */
export function emptyBook(now: number): CarriedBook {
  return {
    startedAt: now,
    fed: false,
    notStarted: 0,
    queue: [],
    live: [],
    ended: [],
    resultBytes: 0,
    leftOut: false,
    n: 0,
    tally: new BatchTally().counts(),
    quietSince: now,
  };
}

/** What is told of an item beside the end of its last run. */
export function endedItem({ key, failedOver = [] }: Pick<LiveItem, 'key' | 'failedOver'>) {
  return { key, ...(failedOver.length > 0 && { failedOver }) };
}

/** Bytes of JSON of targets that are kept. */
export function bytesOf(targets: readonly ItemTarget[] = []): number {
  return targets.reduce((sum, target) => sum + jsonLength(target), 0);
}
