import type { Duration } from './duration.js';
import type { JsonObject } from './json.js';
import type { FinalStatus, Outcome, OutcomeError, RunInput, Usage } from './run.js';
import type { Target } from './run-terms.js';

/** Runs of a batch that live at once where nothing else is said, and at most. */
export const defaultWindow = 25;
export const mostWindow = 500;

/** Bytes of JSON of one item, of a page of items, and of all that wait in a batch: they are carried over together. */
export const mostItemBytes = 512 * 1024;
export const mostPageBytes = 128 * 1024;
export const mostQueuedBytes = 256 * 1024;

/** Of a batch's workflow task: one that no worker has in its cache replays megabytes of items first. */
export const taskTimeout = '1 minute';

/** Items of one page. */
export const mostPageItems = 200;

/** Ends that a batch keeps until they are fetched; with as many, it takes no further items. */
export const mostKept = 2_000;

/** Bytes of JSON of a result that is told with the end of its run. */
const mostToldBytes = 8 * 1024;

/** Bytes of JSON of all results that are given with the end of a batch. */
export const mostResultBytes = 256 * 1024;

/** Where the items of a batch run: each at one place, or at the first of several that can do it. */
export type ItemPlaces<I, P> =
  | {
      /** What runs for an item. */
      agent: (item: I) => P;
      targets?: undefined;
      failOverAfter?: undefined;
    }
  | {
      /** Where an item runs, in order: the next only where the one before has done nothing that a second run would do twice. */
      targets: (item: I) => readonly Target[];
      /** How long a target may refuse the start before the next is tried. Default 1 minute. */
      failOverAfter?: Duration;
      agent?: undefined;
    };

/** The batch that a run belongs to, as it stands in the run's input. */
export interface BatchRef {
  /** Workflow id of the batch. */
  id: string;
  /** Whether its end is told with the result, where that is small. */
  results?: true;
}

/** A run that was checked and can be started. */
export interface ItemTarget {
  input: RunInput;
  /** Fingerprint of what was asked for. */
  hash: string;
}

/** One item of a batch, ready to be started. */
export interface BatchItemInput extends ItemTarget {
  /** Of the item; that of its run is in the input. */
  key: string;
  /** Where it is run next, in order, each only where the one before has done nothing that a second run would do twice. */
  others?: ItemTarget[];
  /** Where it was run before. */
  failedOver?: EarlierEnd[];
}

/** How the run of an item ended, in few words. */
export interface RunEnd {
  /** Key of the run. */
  run: string;
  status: FinalStatus;
  /** Of the error. */
  code?: string;
  /** Of an end that no run tells: what was refused. */
  error?: OutcomeError;
  /** Epoch milliseconds. */
  startedAt: number;
  endedAt: number;
  usage?: Pick<Usage, 'credits' | 'seconds' | 'steps'>;
  result?: Outcome['result'];
  /** Every start of it was refused, so that it has done nothing. */
  refused?: true;
  /** Starts of it before the last, where there were any: each may live beside it. */
  lost?: number;
  /** Something of it may still live at its provider. */
  left?: true;
  /** Its result has more than is told. */
  leftOut?: true;
}

/** How the run of an item ended for which another target took over. */
export type EarlierEnd = Omit<RunEnd, 'result' | 'leftOut'>;

/** The end of an item, and which end of its batch it is. */
export interface ItemEnd extends RunEnd {
  key: string;
  failedOver?: EarlierEnd[];
  /** From 1, in the order of the ends. */
  n: number;
}

/** After how many failures nothing more is started. */
export interface StopOn {
  /** So many, or so many of a hundred that have ended, judged from the twentieth end on. */
  failures: number | `${number}%`;
}

/** Why a batch starts nothing more. */
export type Stopped = 'failures' | 'cancelled';

/** Every way that a batch may stand. */
export const batchStatuses = ['running', 'completed', 'failed', 'cancelled', 'unknown'] as const;

/**
 * How a batch stands: `completed` when all its items have ended, however they did; `failed` when it was stopped after
 * too many failures; `unknown` when it was ended from outside.
 */
export type BatchStatus = (typeof batchStatuses)[number];

/** How a batch stands by its report. */
export function statusOfBatch({ endedAt, stopped }: Pick<BatchReport, 'endedAt' | 'stopped'>): BatchStatus {
  if (endedAt === undefined) return 'running';
  if (stopped === undefined) return 'completed';
  return stopped === 'failures' ? 'failed' : 'cancelled';
}

/** What is said about a batch as a whole, while it goes on and at its end. */
export interface BatchReport {
  key: string;
  /** Items that have ended, live, or wait. */
  items: number;
  /** Items that wait for a place in the window. */
  queued: number;
  /** Items whose run goes on. */
  live: number;
  /** How many of the items that have ended ended so. */
  byStatus: Partial<Record<FinalStatus, number>>;
  /** How often each error code came. */
  failures: Record<string, number>;
  /** Sums of what the providers say. */
  usage: { credits: number; seconds: number; steps: number };
  /** Runs for which another target took over; what they used is counted too. */
  failedOver?: number;
  /** The longest runs, the longest first. */
  slowest: { key: string; ms: number; run?: string }[];
  /** ISO 8601. */
  startedAt: string;
  endedAt?: string;
  /** Why it starts nothing more; absent while it does, and where it came to its own end. */
  stopped?: Stopped;
  /** Items that the results file had before. */
  skipped?: number;
  /** Items that were dropped because it was stopped. */
  notStarted?: number;
}

/** What the update `perdure.feed` brings a batch. */
export interface FeedMessage {
  /** The process that feeds: the newest one has the batch for itself. */
  feeder: string;
  /** The first message of a feeder, with its settings. */
  attach?: { window: number; stopOn?: StopOn };
  items: BatchItemInput[];
  /** Nothing more comes after these. */
  done?: boolean;
  /** The last end that is kept elsewhere by now. */
  acked?: number;
}

/** What becomes of a page. */
export interface FeedVerdict {
  /** How many of its items were taken, from the first. */
  taken: number;
  /** Another process feeds the batch. */
  lost?: true;
  stopped?: Stopped;
}

/** What the query `perdure.batch` answers. */
export interface BatchProgress {
  report: BatchReport;
  /** The ends after the one that was asked for, some hundreds at most. */
  ended: ItemEnd[];
  /** Whether everything has ended. */
  over: boolean;
  /** Whether it takes items. */
  room: boolean;
  /** The process that feeds it. */
  feeder?: string;
}

/** What a batch gives at its end. */
export interface BatchEnd {
  report: BatchReport;
  /** Where its ends were not fetched: each item, with its result. */
  items?: ItemEnd[];
  /** The results, or the items, are more than one payload carries: read the runs. */
  resultsLeftOut?: true;
}

/** The end of a run as its batch is told. */
export function endOf(outcome: Outcome, withResult: boolean): RunEnd {
  const { key, status, error, attempts, cleanup, startedAt, endedAt, usage, result } = outcome;
  const { credits, seconds, steps } = usage;
  const told = withResult && result !== undefined;
  const fits = told && JSON.stringify(result).length <= mostToldBytes;
  const lost = lostStarts(outcome);
  return {
    run: key,
    status,
    ...(error && { code: error.code }),
    startedAt: Date.parse(startedAt),
    endedAt: Date.parse(endedAt),
    usage: { credits, seconds, steps },
    ...(fits && { result }),
    ...(told && !fits && { leftOut: true }),
    ...(attempts.every((attempt) => attempt.outcome === 'refused') && { refused: true }),
    ...(lost > 0 && { lost }),
    ...(!cleanup.confirmed && { left: true }),
  };
}

/** How many starts of a run came before its last, and may live beside it. */
export function lostStarts({ attempts }: Pick<Outcome, 'attempts'>): number {
  return Math.max(0, attempts.filter(({ outcome }) => outcome !== 'refused').length - 1);
}

/** Whether an end counts as a failure; a cancel is somebody's wish. */
export function isFailure(status: FinalStatus): boolean {
  return status === 'failed' || status === 'timed-out' || status === 'unknown';
}

/** Whether so many failures are too many. */
export function isTooMany({ failures }: StopOn, failed: number, ended: number): boolean {
  if (typeof failures === 'number') return failed >= failures;
  return ended >= firstJudged && failed >= (Number.parseFloat(failures) / 100) * ended && failed > 0;
}

/** Whether so many failures, or such a share of them, can be a bound: at least 1, or a share such as `'5%'`. */
export function isFailureLimit(value: unknown): value is StopOn['failures'] {
  if (typeof value === 'number') return Number.isInteger(value) && value >= 1;
  const share = typeof value === 'string' && /^(\d{1,3}(?:\.\d+)?)%$/.exec(value)?.[1];
  return typeof share === 'string' && Number(share) > 0 && Number(share) <= 100;
}

/** A share of fewer ends says nothing. */
const firstJudged = 20;

/** Whose runs they are where a run waits for its account: a batch of its own, beside everybody else. */
export function batchFairness(id: string): string {
  return id.length <= 64 ? id : `${id.slice(0, 40)}~${id.slice(-23)}`;
}

/** The name that an item has by itself: its field `key`, or else `id`. */
export function ownItemKey(item: unknown): string | undefined {
  if (!isObject(item)) return undefined;
  const key = item.key ?? item.id;
  return typeof key === 'string' || typeof key === 'number' ? String(key) : undefined;
}

/** How many bytes a value has as JSON; also where there is no Buffer. */
export function jsonLength(value: unknown): number {
  const text = JSON.stringify(value) ?? '';
  let bytes = text.length;
  for (const { length } of text.match(/[^\x00-\x7f]+/g) ?? []) bytes += 2 * length;
  return bytes;
}

/** Whether a value is what a batch is fed: messages may carry anything. */
export function isFeed(value: unknown): value is FeedMessage {
  if (!isObject(value) || typeof value.feeder !== 'string' || !Array.isArray(value.items)) return false;
  return value.items.every((item) => isObject(item) && typeof item.key === 'string' && isObject(item.input));
}

/** Whether a value is the end of a run. */
export function isRunEnd(value: unknown): value is RunEnd {
  if (!isObject(value)) return false;
  return ['run', 'status'].every((name) => typeof value[name] === 'string') && typeof value.endedAt === 'number';
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null;
}
