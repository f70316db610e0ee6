import { Context } from '@temporalio/activity';
import { WorkflowNotFoundError } from '@temporalio/client';
import { isPerdureError, PerdureError } from '../src/core/errors.js';
import type { FilePlan, RunOfFiles, SavedFile, SaveFilesReport, SaveFilesTask } from '../src/core/files.js';
import { attributeOf, isKey, runWorkflowId } from '../src/core/names.js';
import type { Outcome } from '../src/core/run.js';
import { backoffAt } from '../src/core/timings.js';
import type { Provider, SessionFile } from '../src/providers/provider.js';
import type { ActivityDependencies } from './dependencies.js';
import { toFailure } from './failure.js';
import { FileStore } from './file-store.js';
import { withHeartbeats } from './heartbeats.js';
import { pauseAfter, patiently } from './retry.js';

/** Heartbeat time-out in milliseconds, as the workflow says it. */
const heartbeat = 10_000;
/** One answer to Temporal has to hold what is known of them all. */
const mostFiles = 1000;
/** Milliseconds that one file may take. */
const longestFetch = 30 * 60_000;

/**
 * Lists the files of a session and saves each that is not saved yet; tells what is known of them, and no content. Safe
 * to repeat: what is there and fits is not fetched again.
 */
export function saveFiles(dependencies: ActivityDependencies): (task: SaveFilesTask) => Promise<SaveFilesReport> {
  return (task) =>
    withHeartbeats(heartbeat, async () => {
      try {
        return await saveOnce(dependencies, task);
      } catch (error) {
        if (!isPerdureError(error)) throw error;
        throw failureOf(error, dependencies, task);
      }
    });
}

/** A full disk, or a place that is away, may be mended while it is tried again. */
function failureOf(error: PerdureError, { prepareFiles }: ActivityDependencies, task: SaveFilesTask) {
  const { code, message, hint, cause } = error;
  const told = new PerdureError({ code, message: hint === undefined ? message : `${message} ${hint}`, cause });
  if (code === 'bad-input') return toFailure(told);
  const { attempt } = Context.current().info;
  const pause = pauseAfter(error, prepareFiles(task).timings.backoff, attempt);
  return toFailure(told, pause, error.retryable || code === 'home-not-writable');
}

async function saveOnce(dependencies: ActivityDependencies, task: SaveFilesTask): Promise<SaveFilesReport> {
  const plan = dependencies.prepareFiles(task);
  if (!isKey(task.run.key)) throw badKey(task.run.key);
  const { account, sessionId } = await locate(task.run);
  if (sessionId === undefined) return concluded([], plan, { ...task, waited: Number.POSITIVE_INFINITY });
  const provider = await dependencies.provider(account);
  const { backoff, request } = plan.timings;
  const call = { timeoutMs: request, signal: Context.current().cancellationSignal };
  const patience = { backoff, until: Date.now() + plan.timings.release };
  const listed = await patiently(patience, () => provider.files(sessionId, call));
  refuseTooMuch(listed, plan);
  const store = await FileStore.open(plan.folder, task.run.key);
  const saved: SavedFile[] = [];
  let left = plan.totalBytes;
  for (const file of listed) {
    const bounds = { maxBytes: Math.min(plan.fileBytes, left), idleMs: request };
    const one = (await store.find(file)) ?? (await fetchInto(store, provider, { sessionId, file, ...bounds }));
    left -= one.bytes;
    saved.push(one);
  }
  return concluded(saved, plan, task);
}

interface Fetch {
  sessionId: string;
  file: SessionFile;
  maxBytes: number;
  idleMs: number;
}

function fetchInto(store: FileStore, provider: Provider, { sessionId, file, ...bounds }: Fetch): Promise<SavedFile> {
  const call = { ...bounds, timeoutMs: longestFetch, signal: Context.current().cancellationSignal };
  return provider.fetchFile(sessionId, file, call, (chunks) => store.save(file, chunks));
}

/** Whether the files are all there, or when it is to be looked again. Throws `result-missing` once that is over. */
function concluded(files: SavedFile[], { expect, within, timings }: FilePlan, task: SaveFilesTask): SaveFilesReport {
  if (files.length >= expect) return { files };
  const left = within - task.waited;
  if (left > 0) {
    const pause = backoffAt({ first: 2 * timings.backoff.first, max: within }, task.looks + 1, 1);
    return { files, again: Math.min(left, pause) };
  }
  throw new PerdureError({
    code: 'result-missing',
    message: `The session of the run '${task.run.key}' has ${files.length} of the ${expect} files that were expected; those that are there were saved.`,
    hint: 'Look at what the agent did; where the provider lists files later than that, give saveFiles more time: within.',
  });
}

function refuseTooMuch(files: readonly SessionFile[], { fileBytes, totalBytes }: FilePlan): void {
  const large = files.find(({ bytes = 0 }) => bytes > fileBytes);
  const total = files.reduce((sum, { bytes = 0 }) => sum + bytes, 0);
  const why =
    (large && `a file of ${large.bytes} bytes, and one may have ${fileBytes} (fileBytes)`) ??
    (total > totalBytes ? `files of ${total} bytes, and all may have ${totalBytes} (totalBytes)` : undefined) ??
    (files.length > mostFiles ? `${files.length} files, and ${mostFiles} are the most` : undefined);
  if (why === undefined) return;
  throw new PerdureError({
    code: 'response-too-large',
    message: `The session downloaded ${why}. None was fetched.`,
    hint: 'Allow more in the options of saveFiles, or have the agent download less.',
  });
}

/** What the caller does not know of the run stands in Temporal. */
async function locate({ key, account, sessionId }: RunOfFiles): Promise<{ account: string; sessionId?: string }> {
  if (account !== undefined) return { account, sessionId };
  const handle = Context.current().client.workflow.getHandle<() => Promise<Outcome>>(runWorkflowId(key));
  try {
    const { status, typedSearchAttributes } = await handle.describe();
    if (status.name !== 'COMPLETED') throw notEnded(key, status.name);
    const outcome = await handle.result();
    const found = outcome.account ?? attributeOf(typedSearchAttributes, 'PerdureAccount');
    return { account: found ?? `${outcome.endpoint.split('.')[0]}/default`, sessionId: outcome.provider.sessionId };
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
    throw new PerdureError({
      code: 'run-not-found',
      message: `Temporal knows no run '${key}' whose files could be saved.`,
      hint: "Give saveFiles the run's outcome, or its key: '<workflow id>/<step>'.",
    });
  }
}

function notEnded(key: string, status: string): PerdureError {
  return new PerdureError({
    code: 'bad-input',
    message: `The run '${key}' is ${status.toLowerCase()}: files are saved of a run that has ended with an outcome.`,
    hint: 'Wait for its outcome first: runAgentOutcome gives it.',
  });
}

function badKey(key: string): PerdureError {
  return new PerdureError({
    code: 'bad-input',
    message: `'${key}' is no key of a run, so that it has no files.`,
    hint: "Give saveFiles the run's outcome, or its key: '<workflow id>/<step>'.",
  });
}
