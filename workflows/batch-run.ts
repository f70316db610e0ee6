import {
  CancellationScope,
  condition,
  continueAsNew,
  defineQuery,
  defineSignal,
  defineUpdate,
  getExternalWorkflowHandle,
  patched,
  proxyActivities,
  setHandler,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import type { PerdureActivities } from '../activities/index.js';
import {
  type BatchEnd,
  type BatchItemInput,
  type BatchProgress,
  type FeedMessage,
  type FeedVerdict,
  isFeed,
  isRunEnd,
  type RunEnd,
  statusOfBatch,
} from '../src/core/batch.js';
import { wire } from '../src/core/names.js';
import { BatchBook } from './batch-book.js';
import type { BatchSettings, CarriedBook } from './batch-state.js';
import { longHistory } from './long-history.js';

const feedUpdate = defineUpdate<FeedVerdict, [FeedMessage]>(wire.feed);
const feedSignal = defineSignal<[FeedMessage]>(wire.feed);
const endedSignal = defineSignal<[RunEnd[]]>(wire.ended);
const batchQuery = defineQuery<BatchProgress, [number]>(wire.batch);

/** Says that a batch which another workflow feeds has taken so many pages, and has room for one more. */
export interface RoomMessage {
  pages: number;
}

/** The input of the workflow `batchRun`. */
export interface BatchState extends BatchSettings {
  /** Version of this shape. */
  version: 1;
  /** The workflow that feeds it, and the signal by which it is told; otherwise a client feeds it. */
  fedBy?: { workflowId: string; signal: string };
  /** Pages that this workflow has sent. */
  pages?: number;
  /** Events of history after which it continues as new. Default 2,000. */
  mostEvents?: number;
  book?: CarriedBook;
}

// No local activities: when one lasts, what comes meanwhile is replayed after it, and the batch would decide otherwise.
const { perdureStartItems, perdureCheckItems, perdureCancelItems } = proxyActivities<PerdureActivities>({
  startToCloseTimeout: '2 minutes',
  heartbeatTimeout: '5 seconds',
  retry: { initialInterval: '200 milliseconds', maximumInterval: '10 seconds' },
});

/**
 * Many runs of one kind, so many at once. They are workflows of their own and no children of it, since a workflow that
 * continues as new does not hear of its children any more: each tells its end by itself.
 */
export async function batchRun(state: BatchState): Promise<BatchEnd> {
  const book = new BatchBook(state, Date.now(), state.book);
  const pages = { taken: state.pages ?? 0, told: -1 };
  listen(state, book, pages);
  CancellationScope.current().cancelRequested.catch(() => book.stop('cancelled'));
  return CancellationScope.nonCancellable(() => play(state, book, pages));
}

interface Pages {
  taken: number;
  /** Which of them was told last to whoever sends them. */
  told: number;
}

function listen({ fedBy }: BatchState, book: BatchBook, pages: Pages): void {
  setHandler(feedUpdate, (message) => {
    // A client that fed the batch of a workflow would take it from that.
    if (fedBy) return { taken: 0, lost: true };
    return isFeed(message) ? book.feed(message, Date.now()) : { taken: 0 };
  });
  setHandler(feedSignal, (message) => {
    if (!isFeed(message)) return;
    book.feed(message, Date.now());
    pages.taken += 1;
  });
  setHandler(endedSignal, (ends) => {
    // A signal that carries something else must not wedge the batch.
    if (Array.isArray(ends)) for (const end of ends) if (isRunEnd(end)) book.end(end, Date.now());
  });
  setHandler(batchQuery, (after) => book.progress(after, Date.now()));
}

async function play(state: BatchState, book: BatchBook, pages: Pages): Promise<BatchEnd> {
  const { version, key, scale, window, stopOn, keeps, fedBy, mostEvents } = state;
  const isLong = longHistory(mostEvents);
  while (!book.isOver(Date.now())) {
    if (isLong()) {
      const settings = { version, key, scale, window, stopOn, keeps, fedBy, mostEvents };
      await continueAsNew<typeof batchRun>({ ...settings, pages: pages.taken, book: book.carry() });
    }
    if (!(await step(state, book))) await nextTurn({ book, pages, isLong, fedBy });
  }
  const end = book.conclude(Date.now());
  if (patched('perdure-batch-status')) upsertSearchAttributes({ PerdureStatus: [statusOfBatch(end.report)] });
  return end;
}

/** Does one thing that is to be done; false when there is none. */
async function step({ keeps }: BatchState, book: BatchBook): Promise<boolean> {
  const cancels = book.toCancel();
  if (cancels.length > 0) {
    await perdureCancelItems(cancels);
    book.cancelled(cancels);
    return true;
  }
  const items = book.take(Date.now());
  if (items.length > 0) {
    const starts = items.map(({ key, input, hash }): BatchItemInput => ({ key, input, hash }));
    book.noteEnds(await perdureStartItems(starts), Date.now());
    return true;
  }
  const runs = book.takeDue(Date.now());
  if (runs.length === 0) return false;
  book.noteEnds(await perdureCheckItems({ runs, results: keeps === true }), Date.now());
  return true;
}

interface Turn {
  book: BatchBook;
  pages: Pages;
  isLong: () => boolean;
  fedBy: BatchState['fedBy'];
}

async function nextTurn({ book, pages, isLong, fedBy }: Turn): Promise<void> {
  if (fedBy && book.takesPage && pages.told < pages.taken) {
    pages.told = pages.taken;
    const room: RoomMessage = { pages: pages.taken };
    // A feeder that is gone has cancelled its batch.
    await getExternalWorkflowHandle(fedBy.workflowId)
      .signal(fedBy.signal, room)
      .catch(() => undefined);
    return;
  }
  const before = pages.taken;
  const hasWork = () => book.toCancel().length > 0 || book.startable > 0 || book.isOver(Date.now());
  await condition(() => hasWork() || pages.taken > before || isLong(), book.patience(Date.now()));
}
