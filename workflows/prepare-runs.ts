import { ApplicationFailure, proxyActivities } from '@temporalio/workflow';
import type { PerdureActivities } from '../activities/index.js';
import { jsonLength } from '../src/core/batch.js';
import { mostAgentBytes } from '../src/core/run-terms.js';
import type { PreparedRun, PrepareTask } from '../src/core/step.js';
import { checked } from './checked.js';
import { roomInTask } from './task-room.js';

// No local activity: where one outlasts its workflow task, what came meanwhile is replayed in another order.
const { perdurePrepare } = proxyActivities<PerdureActivities>({
  startToCloseTimeout: '10 seconds',
  retry: { initialInterval: '1 second', maximumInterval: '30 seconds' },
  summary: 'check the step',
});

/** Bytes of JSON of one run: its agent, a schema, and the rest. A payload of 2 MiB would never be taken. */
const mostTaskBytes = mostAgentBytes + 400 * 1024;
/** Runs, and bytes of several runs, that are checked at once. */
const mostAtOnce = 50;
const mostPageBytes = 1024 * 1024;

/**
 * Has the worker check runs and make their inputs, in as many calls as their bytes need. Fails with an
 * `ApplicationFailure` of the code that the check gives; `bad-input`, by its place, for a run that is too large to be sent.
 */
export async function prepareRuns(
  tasks: readonly PrepareTask[],
  placeOf: (index: number) => string,
): Promise<PreparedRun[]> {
  const sizes = tasks.map(jsonLength);
  const large = sizes.findIndex((bytes) => bytes > mostTaskBytes);
  if (large >= 0) throw tooLarge(placeOf(large), sizes[large] ?? 0, mostTaskBytes);
  const prepared: PreparedRun[] = [];
  while (prepared.length < tasks.length) {
    const from = prepared.length;
    const { count, bytes } = nextPage(sizes, from);
    const room = roomInTask(bytes);
    if (room) await room;
    // The worker gives as many as one answer carries.
    prepared.push(...(await checked(perdurePrepare(tasks.slice(from, from + count)))));
  }
  return prepared;
}

/** The failure of what is too large to be sent. */
export function tooLarge(place: string, bytes: number, most: number): ApplicationFailure {
  const sizes = `${kibibytes(bytes)} as JSON, and may have at most ${kibibytes(most)}`;
  return ApplicationFailure.nonRetryable(`${place} has ${sizes}; nothing was started.`, 'bad-input');
}

function nextPage(sizes: readonly number[], from: number): { count: number; bytes: number } {
  let count = 0;
  let bytes = 0;
  for (const size of sizes.slice(from, from + mostAtOnce)) {
    if (count > 0 && bytes + size > mostPageBytes) break;
    count += 1;
    bytes += size;
  }
  return { count, bytes };
}

function kibibytes(bytes: number): string {
  return `${Math.ceil(bytes / 1024)} KiB`;
}
