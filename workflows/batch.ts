import {
  ApplicationFailure,
  CancelledFailure,
  type ChildWorkflowHandle,
  condition,
  defineSignal,
  setHandler,
  startChild,
  workflowInfo,
} from '@temporalio/workflow';
import {
  type BatchEnd,
  batchFairness,
  type BatchItemInput,
  type BatchReport,
  defaultWindow,
  type EarlierEnd,
  type FeedMessage,
  isFailureLimit,
  type ItemPlaces,
  type ItemTarget,
  jsonLength,
  mostItemBytes,
  mostPageBytes,
  mostWindow,
  ownItemKey,
  type StopOn,
  taskTimeout,
} from '../src/core/batch.js';
import { BatchTally } from '../src/core/batch-tally.js';
import { type Amounts, type Cost, sumOfMost, sumOfUsed, usedByEnd } from '../src/core/budget.js';
import type { Json } from '../src/core/json.js';
import { batchWorkflowId, deploymentMemo, itemRunKey, wire } from '../src/core/names.js';
import type { FinalStatus } from '../src/core/run.js';
import type { Target } from '../src/core/run-terms.js';
import type { PrepareTask, StepOptions } from '../src/core/step.js';
import { batchRun, type BatchState, type RoomMessage } from './batch-run.js';
import { prepareRuns, tooLarge } from './prepare-runs.js';
import { tills, withinBudget } from './purse.js';
import { freeStepName, nameTaken, takeStepName } from './step-names.js';
import { roomInTask } from './task-room.js';
import { itsTurn, takeTurn } from './turn.js';

/** Many agent runs as one step of a workflow. */
export type BatchStep<I, T = Json> = BatchTerms<I, T> & ItemPlaces<I, Target>;

/** What is said of a batch beside where its items run. */
export interface BatchTerms<I, T = Json> extends StepOptions<T> {
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

const feedSignal = defineSignal<[FeedMessage]>(wire.feed);

/**
 * Runs an agent for each item, so many at once, and tells how it went, whatever became of the items. All items are
 * checked before the first is started. Within a budget, what all items together may cost is
 * reserved before the first is started. Fails with an `ApplicationFailure` of the type `bad-input`, `schema-unknown`,
 * `step-name-taken` or `budget-exceeded`; when it is cancelled, what lives is stopped, and it fails with a `CancelledFailure`, whose first
 * detail is what it had come to.
 */
export async function batch<I, T = Json>(step: BatchStep<I, T>): Promise<BatchOutcome<T>> {
  const { name } = step;
  const misfit = misfitOf(step);
  if (misfit !== undefined) throw ApplicationFailure.nonRetryable(`The batch '${name}': ${misfit}.`, 'bad-input');
  if (!takeStepName(name)) throw nameTaken(name, 'another step of this workflow');
  const turn = takeTurn();
  const items = await prepareAll(step).catch((error: unknown) => {
    freeStepName(name);
    turn?.pass();
    throw error;
  });
  if (turn) await itsTurn(turn);
  const [first] = items;
  if (!first) {
    turn?.pass();
    return { report: emptyReport(keyOf(step)), items: [] };
  }
  const most = tills().length > 0 ? sumOfMost(items.flatMap(({ costs }) => [...costs.values()])) : undefined;
  const bare = items.map(({ costs: _, ...item }): BatchItemInput => item);
  const end = await withinBudget(keyOf(step), most, {
    run: () => runBatch(step, first, bare),
    used: (ended) => (most ? usedOf(ended, items, first.input.timings.scale) : {}),
    scale: first.input.timings.scale,
    turn,
  });
  const outcome = outcomeOf<T>(end);
  if (outcome.report.stopped !== 'cancelled') return outcome;
  throw new CancelledFailure(`The batch '${name}' was cancelled.`, [outcome]);
}

/** What can't be meant of what is said for all items; nothing where all can. */
function misfitOf<I, T>({ window = defaultWindow, stopOn }: BatchStep<I, T>): string | undefined {
  if (!Number.isInteger(window) || window < 1 || window > mostWindow) {
    return `window: expected a whole number from 1 to ${mostWindow}, got ${window}`;
  }
  if (!stopOn || isFailureLimit(stopOn.failures)) return undefined;
  return `stopOn.failures: expected a number of at least 1, or a share such as '5%', got '${stopOn.failures}'`;
}

/** An item that was checked, and what its runs may cost, by their keys. */
type PreparedItem = BatchItemInput & { costs: Map<string, Cost> };

/** Each run as it has ended, those before a failover too; of ends beyond those that are named, what such runs may cost at most. */
function usedOf({ report, items: ends = [] }: BatchEnd, items: readonly PreparedItem[], scale: number): Amounts {
  const costs = new Map(items.flatMap((item) => [...item.costs]));
  const runs = ends.flatMap(({ failedOver = [], ...end }) => [...failedOver, end]);
  const used = runs.map((end) => usedByEnd(end, costs.get(end.run) ?? { most: {} }, scale));
  const named = new Set(ends.map(({ key }) => key));
  const others = items.filter(({ key }) => !named.has(key)).flatMap((item) => [...item.costs.values()]);
  const { byStatus, failedOver = 0 } = report;
  const ended = Object.values(byStatus).reduce((sum, count) => sum + count, failedOver);
  const dearest = others.toSorted((a, b) => (b.most.money ?? 0) - (a.most.money ?? 0));
  return sumOfUsed([...used, ...dearest.slice(0, ended - runs.length).map(({ most }) => most)]);
}

/** Checks all items, some at a time: what comes of it stands in the history. */
async function prepareAll<I, T>(step: BatchStep<I, T>): Promise<PreparedItem[]> {
  const tasks = tasksOf(step);
  const id = batchWorkflowId(keyOf(step));
  const placeOf = (key: string) => `The batch '${step.name}': the item '${key}'`;
  const budgeted = tills().length > 0;
  const runs = await prepareRuns(
    tasks.map(({ task }) => ({ ...task, ...(budgeted && { budgeted }) })),
    (index) => placeOf(tasks[index]?.key ?? ''),
  );
  const prepared = new Map<string, PreparedItem>();
  for (const [index, { input, hash, cost = { most: {} } }] of runs.entries()) {
    const { key = '' } = tasks[index] ?? {};
    const target: ItemTarget = { input: { ...input, batch: { id, results: true } }, hash };
    const item = prepared.get(key);
    if (item) item.others = [...(item.others ?? []), target];
    else prepared.set(key, { key, ...target, costs: new Map() });
    prepared.get(key)?.costs.set(input.key, cost);
  }
  for (const { costs: _, ...item } of prepared.values()) {
    const bytes = jsonLength(item);
    if (bytes > mostItemBytes) throw tooLarge(placeOf(item.key), bytes, mostItemBytes);
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
      workflowTaskTimeout: taskTimeout,
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
    const free = roomInTask(jsonLength(page));
    if (free) await free;
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
