import {
  type Client,
  isGrpcServiceError,
  QueryNotRegisteredError,
  ServiceError,
  type WorkflowExecutionDescription,
  WorkflowFailedError,
  WorkflowNotFoundError,
} from '@temporalio/client';
import { defineSearchAttributeKey, TypedSearchAttributes } from '@temporalio/common';
import {
  type BatchEnd,
  type BatchProgress,
  type BatchReport,
  type FeedMessage,
  type FeedVerdict,
  type ItemEnd,
  taskTimeout,
} from '../../core/batch.js';
import { PerdureError } from '../../core/errors.js';
import { batchWorkflowId, deploymentMemo, runWorkflowId, wire } from '../../core/names.js';
import type { Outcome } from '../../core/run.js';
import { translateError } from '../connection.js';
import { abandonedOutcome } from '../description.js';
import { sendUpdate } from '../updates.js';
import type { BatchItem } from './options.js';

const patience = 10_000;
/** Milliseconds in which an ended run has to give its outcome. */
const readPatience = 5_000;

/** What starts a batch's workflow. */
export interface BatchPlace {
  client: Client;
  taskQueue: string;
  deployment: string;
  scale: number;
}

/** What is asked of a batch, by its key. */
export class BatchCalls {
  readonly #id: string;

  constructor(
    private readonly client: Client,
    private readonly key: string,
  ) {
    this.#id = batchWorkflowId(key);
  }

  /** Starts the batch where it does not go on. */
  async start({ taskQueue, deployment, scale }: BatchPlace): Promise<void> {
    await this.#call(() =>
      this.client.workflow.start('batchRun', {
        workflowId: this.#id,
        taskQueue,
        args: [{ version: 1, key: this.key, scale }],
        workflowTaskTimeout: taskTimeout,
        workflowIdReusePolicy: 'ALLOW_DUPLICATE',
        workflowIdConflictPolicy: 'USE_EXISTING',
        memo: { [deploymentMemo]: deployment },
        typedSearchAttributes: new TypedSearchAttributes([
          { key: defineSearchAttributeKey('PerdureStatus', 'KEYWORD'), value: 'running' },
        ]),
        staticSummary: `batch ${this.key}`,
      }),
    );
  }

  /** Brings it items. Throws `batch-not-found` when it has ended. */
  async feed(message: FeedMessage): Promise<FeedVerdict> {
    const verdict = await this.#call(() =>
      sendUpdate<FeedVerdict, FeedMessage>(this.client, {
        workflowId: this.#id,
        name: wire.feed,
        message,
        missing: (cause) => notFound(this.key, cause),
      }),
    );
    if (verdict.accepted) return verdict.value;
    throw new PerdureError({ code: 'internal', message: `The batch took no page: ${verdict.reason}` });
  }

  /** How it stands, with the ends after the one of this number; needs a worker, also when it has ended. */
  progress(after: number, ms = patience): Promise<BatchProgress> {
    return this.#call(() =>
      this.client.withDeadline(Date.now() + ms, () =>
        this.client.workflow.getHandle(this.#id).query<BatchProgress, [number]>(wire.batch, after),
      ),
    );
  }

  /** How it stands, or how it went; a worker has so many milliseconds to tell it. */
  async report(ms = patience): Promise<BatchReport> {
    if (await this.goesOn()) return (await this.progress(Number.MAX_SAFE_INTEGER, ms)).report;
    const handle = this.client.workflow.getHandle<() => Promise<BatchEnd>>(this.#id);
    try {
      return (await this.#call(() => handle.result())).report;
    } catch (error) {
      if (!(error instanceof WorkflowFailedError)) throw error;
      // It was ended from outside: what it knew then.
      return (await this.progress(Number.MAX_SAFE_INTEGER, ms)).report;
    }
  }

  /** What Temporal itself knows of its newest execution. */
  describe(): Promise<WorkflowExecutionDescription> {
    return this.#call(() => this.client.workflow.getHandle(this.#id).describe());
  }

  /** Whether its workflow goes on. */
  async goesOn(): Promise<boolean> {
    const { status } = await this.describe();
    return status.name === 'RUNNING' || status.name === 'CONTINUED_AS_NEW';
  }

  /** Asks it to stop what lives, and to start nothing more. */
  async cancel(): Promise<void> {
    await this.#call(() => this.client.workflow.getHandle(this.#id).cancel());
  }

  /** All that is to be told of an item that has ended, from its run. */
  async read<T>({ failedOver, ...end }: ItemEnd): Promise<BatchItem<T>> {
    return { ...(await this.#read<T>(end)), ...(failedOver && { failedOver }) };
  }

  async #read<T>({ key, run, status, error, code, startedAt, endedAt }: ItemEnd): Promise<BatchItem<T>> {
    const told = { startedAt: new Date(startedAt).toISOString(), endedAt: new Date(endedAt).toISOString() };
    if (error) return { key, run, status, error, ...told };
    const handle = this.client.workflow.getHandle<() => Promise<Outcome<T>>>(runWorkflowId(run));
    try {
      const outcome = await this.client.withDeadline(Date.now() + readPatience, () => handle.result());
      return itemOf(key, outcome);
    } catch (thrown) {
      if (thrown instanceof WorkflowFailedError) {
        return itemOf<T>(key, { ...abandonedOutcome(await handle.describe(), thrown), result: undefined });
      }
      if (thrown instanceof WorkflowNotFoundError) {
        const message = 'Temporal does not know the run any more.';
        return { key, run, status, error: { code: code ?? 'run-not-found', message }, ...told };
      }
      throw isUnanswered(thrown) ? notBegun(thrown) : translateError(thrown, this.client.options.namespace);
    }
  }

  async #call<T>(act: () => Promise<T>): Promise<T> {
    try {
      return await act();
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) throw notFound(this.key, error);
      // It has not begun yet: no worker has seen it.
      if (error instanceof QueryNotRegisteredError || isUnanswered(error)) throw notBegun(error);
      throw translateError(error, this.client.options.namespace);
    }
  }
}

function itemOf<T>(key: string, outcome: Outcome<T>): BatchItem<T> {
  const { key: run, status, result, error, usage, cleanup, startedAt, endedAt } = outcome;
  const { credits, seconds, steps } = usage;
  return {
    key,
    run,
    status,
    ...(result !== undefined && { result }),
    ...(error && { error }),
    usage: { credits, seconds, steps },
    ...(!cleanup.confirmed && { left: cleanup.left }),
    startedAt,
    endedAt,
  };
}

function notFound(key: string, cause: unknown): PerdureError {
  return new PerdureError({
    code: 'batch-not-found',
    message: `No batch with the key '${key}' goes on.`,
    hint: 'Start it again with the same key and results file: what it has done is not done again.',
    cause,
  });
}

/**
 * A deadline passes as the cancellation of the call; where workers were lost, a query is refused at once, as one that the
 * workflow's state does not allow.
 */
function isUnanswered(error: unknown): boolean {
  return error instanceof ServiceError && isGrpcServiceError(error.cause) && [1, 4, 9].includes(error.cause.code);
}

function notBegun(cause: unknown): PerdureError {
  return new PerdureError({
    code: 'worker-missing',
    message: 'No worker has answered for the batch in time.',
    hint: 'Start one, in another terminal: npx perdure up',
    cause,
  });
}
