import {
  ApplicationFailure,
  CancelledFailure,
  type ChildWorkflowHandle,
  condition,
  defineSignal,
  proxyActivities,
  setHandler,
  startChild,
  workflowInfo,
} from '@temporalio/workflow';
import type { PerdureActivities } from '../activities/index.js';
import {
  batchFairness,
  type BatchEnd,
  type BatchItemInput,
  type BatchReport,
  type EarlierEnd,
  type FeedMessage,
  type ItemPlaces,
  jsonLength,
  mostPageBytes,
  ownItemKey,
  type StopOn,
} from '../src/core/batch.js';
import { BatchTally } from '../src/core/batch-tally.js';
import { type Amounts, type Cost, sumOfCosts, usedByAll } from '../src/core/budget.js';
import type { Json } from '../src/core/json.js';
import { batchWorkflowId, deploymentMemo, itemRunKey, wire } from '../src/core/names.js';
import type { FinalStatus } from '../src/core/run.js';
import type { Target } from '../src/core/run-terms.js';
import type { PrepareTask, StepOptions } from '../src/core/step.js';
import { batchRun, type BatchState, type RoomMessage } from './batch-run.js';
import { checked } from './checked.js';
import { tills, withinBudget } from './purse.js';
import { freeStepName, nameTaken, takeStepName } from './step-names.js';

/** Many agent runs as one step of a workflow. */
export type BatchStep<I, T = Json> = BatchTerms<I, T> & ItemPlaces<I, Target>;

/** What is said of a batch beside where its items run. */
interface BatchTerms<I, T = Json> extends StepOptions<T> {
  items: readonly I[];
  /** Names an item, unlike any other. Default: its field `key`, or else `id`. Its run's key is `<workflow id>/<name>/<item key>`. */
  itemKey?: (item: I) => string;
  /** Runs at once. Default 25, at most 500. */
  window?: number;
  /** After so many failures nothing more is started; what lives goes on. Default: never. */
  stopOn?: StopOn;
}

/** How an item of a batch ended. */
export interface EndedItem<T = Json> {
  key: string;
  /** Key of its run. */
  run: string;
  status: FinalStatus;
  /** Of the error. */
  code?: string;
  /** Of a completed run, unless `resultsLeftOut`. */
  result?: T;
  /** How it ended at the targets that it was tried at before, in order. */
  failedOver?: EarlierEnd[];
}

/** How a batch went. */
export interface BatchOutcome<T = Json> {
  report: BatchReport;
  /** In the order in which they ended; the first 2,000. */
  items: EndedItem<T>[];
  /** A result that has more than 8 KiB is left out; where all have more than 256 KiB, or the items are too many, all are. */
  resultsLeftOut?: true;
}

const { perdurePrepare } = proxyActivities<PerdureActivities>({
  startToCloseTimeout: '10 seconds',
  retry: { initialInterval: '1 second', maximumInterval: '30 seconds' },
});

const feedSignal = defineSignal<[FeedMessage]>(wire.feed);
const preparedAtOnce = 50;

/**
 * Runs an agent for each item, so many at once, and tells how it went, whatever became of the items. All items are
 * checked before the first is started. Within a budget, what all items together may cost is
 * reserved before the first is started. Fails with an `ApplicationFailure` of the type `bad-input`, `schema-unknown`,
 * `step-name-taken` or `budget-exceeded`; when it is cancelled, what lives is stopped, and it fails with a `CancelledFailure`, whose first
 * detail is what it had come to.
 */
export async function batch<I, T = Json>(step: BatchStep<I, T>): Promise<BatchOutcome<T>> {
  const { name } = step;
  if (!takeStepName(name)) throw nameTaken(name, 'another step of this workflow');
  const items = await prepareAll(step).catch((error: unknown) => {
    freeStepName(name);
    throw error;
  });
  const [first] = items;
  if (!first) return { report: emptyReport(keyOf(step)), items: [] };
  const costs = items.flatMap((item) => item.costs);
  const cost = tills().length > 0 ? sumOfCosts(costs) : undefined;
  const bare = items.map(({ costs: _, ...item }): BatchItemInput => item);
  const end = await withinBudget(keyOf(step), cost?.most, {
    run: () => runBatch(step, first, bare),
    used: ({ report }) => (cost ? usedOf(report, cost, costs.length) : {}),
  });
  const outcome = outcomeOf<T>(end);
  if (outcome.report.stopped !== 'cancelled') return outcome;
  throw new CancelledFailure(`The batch '${name}' was cancelled.`, [outcome]);
}

/** An item that was checked, and what its runs may cost. */
type PreparedItem = BatchItemInput & { costs: Cost[] };

function usedOf({ byStatus, usage, failedOver = 0 }: BatchReport, cost: Cost, of: number): Amounts {
  if ((byStatus.unknown ?? 0) > 0) return cost.most;
  const ended = Object.values(byStatus).reduce((sum, count) => sum + count, failedOver);
  return usedByAll({ ended, of, usage }, cost);
}

/** Checks all items, some at a time: what comes of it stands in the history. */
async function prepareAll<I, T>(step: BatchStep<I, T>): Promise<PreparedItem[]> {
  const tasks = tasksOf(step);
  const id = batchWorkflowId(keyOf(step));
  const prepared = new Map<string, PreparedItem>();
  const budgeted = tills().length > 0;
  for (let from = 0; from < tasks.length; from += preparedAtOnce) {
    const page = tasks.slice(from, from + preparedAtOnce);
    const runs = await checked(perdurePrepare(page.map(({ task }) => ({ ...task, ...(budgeted && { budgeted }) }))));
    for (const [index, { input, hash, cost = { most: {} } }] of runs.entries()) {
      const { key = '' } = page[index] ?? {};
      const target = { input: { ...input, batch: { id, results: true as const } }, hash };
      const item = prepared.get(key);
      if (!item) prepared.set(key, { key, ...target, costs: [cost] });
      else {
        item.others = [...(item.others ?? []), target];
        item.costs.push(cost);
      }
    }
  }
  return [...prepared.values()];
}

/** The runs that the items may come to, those of an item one after the other. */
function tasksOf<I, T>(step: BatchStep<I, T>): { key: string; task: PrepareTask }[] {
  const { items, agent, targets, failOverAfter = '1 minute', itemKey, window: _, stopOn: __, name, ...options } = step;
  const batchKey = keyOf(step);
  const priority = { fairnessKey: batchFairness(batchWorkflowId(batchKey)), ...options.priority };
  const keys = new Set<string>();
  return items.flatMap((item, index) => {
    const key = itemKey ? itemKey(item) : ownItemKey(item);
    if (key === undefined) throw badItem(name, index, 'has neither a field key nor id; give the batch itemKey.');
    if (keys.has(key)) throw badItem(name, index, `has the key '${key}', which another has too.`);
    keys.add(key);
    const places = targets ? targets(item) : [agent(item)];
    if (places.length === 0) throw badItem(name, index, 'has no target.');
    return places.map((place, nth) => {
      const refusedFor = nth < places.length - 1 ? { refusedFor: failOverAfter } : {};
      return { key, task: { ...options, ...place, ...refusedFor, priority, key: itemRunKey(batchKey, key, nth + 1) } };
    });
  });
}

async function runBatch<I, T>(
  { name, window, stopOn }: BatchStep<I, T>,
  { input }: BatchItemInput,
  items: readonly BatchItemInput[],
): Promise<BatchEnd> {
  const { workflowId } = workflowInfo();
  const key = `${workflowId}/${name}`;
  const room = { pages: -1 };
  const signal = `${wire.room}:${name}`;
  setHandler(defineSignal<[RoomMessage]>(signal), (message) => {
    room.pages = Math.max(room.pages, message.pages);
  });
  const state: BatchState = {
    version: 1,
    key,
    scale: input.timings.scale,
    ...(window !== undefined && { window }),
    ...(stopOn && { stopOn }),
    keeps: true,
    fedBy: { workflowId, signal },
  };
  const child = await startBatch(name, { state, deployment: input.deployment, taskQueue: input.taskQueue });
  // Cancelled with this workflow, it gives what it has come to.
  const ended = child.result();
  ended.catch(() => undefined);
  await Promise.race([ended, feed(child, items, room)]).catch(() => undefined);
  return ended;
}

interface Placed {
  state: BatchState;
  deployment: string;
  taskQueue: string;
}

async function startBatch(name: string, { state, deployment, taskQueue }: Placed) {
  try {
    return await startChild(batchRun, {
      workflowId: batchWorkflowId(state.key),
      taskQueue,
      args: [state],
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
      parentClosePolicy: 'REQUEST_CANCEL',
      memo: { [deploymentMemo]: deployment },
      searchAttributes: { PerdureStatus: ['running'] },
      staticSummary: `batch ${name}`,
    });
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'WorkflowExecutionAlreadyStartedError') throw error;
    throw nameTaken(name, `an earlier execution of the workflow ${workflowInfo().workflowId}`);
  }
}

/** Sends the items page by page, each when the batch has said that it has room. */
async function feed(
  child: ChildWorkflowHandle<typeof batchRun>,
  items: readonly BatchItemInput[],
  room: { pages: number },
): Promise<void> {
  const pages = pagesOf(items);
  for (const [index, page] of pages.entries()) {
    await condition(() => room.pages >= index);
    await child.signal(feedSignal, { feeder: '', items: page, done: index === pages.length - 1 });
  }
}

function pagesOf(items: readonly BatchItemInput[]): BatchItemInput[][] {
  const pages: BatchItemInput[][] = [];
  let left = 0;
  for (const item of items) {
    const bytes = jsonLength(item);
    const page = pages.at(-1);
    if (page && bytes <= left) page.push(item);
    else pages.push([item]);
    left = (page && bytes <= left ? left : mostPageBytes) - bytes;
  }
  return pages;
}

function keyOf({ name }: { name: string }): string {
  return `${workflowInfo().workflowId}/${name}`;
}

function badItem(name: string, index: number, reason: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(`The batch '${name}': items[${index}] ${reason}`, 'bad-input');
}

function outcomeOf<T>({ report, items = [], resultsLeftOut }: BatchEnd): BatchOutcome<T> {
  const ended = items.map(
    ({ key, run, status, code, result, failedOver }): EndedItem<T> => ({
      key,
      run,
      status,
      ...(code !== undefined && { code }),
      ...(result !== undefined && { result: result as T }),
      ...(failedOver && { failedOver }),
    }),
  );
  return { report, items: ended, ...(resultsLeftOut && { resultsLeftOut }) };
}

function emptyReport(key: string): BatchReport {
  const at = new Date().toISOString();
  return { key, items: 0, queued: 0, live: 0, ...new BatchTally().counts(), startedAt: at, endedAt: at };
}
