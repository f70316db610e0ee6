import { setTimeout as sleep } from 'node:timers/promises';
import { Client, WorkflowNotFoundError } from '@temporalio/client';
import type { NativeConnection, WorkerOptions } from '@temporalio/worker';
import { enrol } from '../../activities/index.js';
import { inTurns } from '../core/in-turns.js';
import { keyOfWorkflowId, wire } from '../core/names.js';
import { type EnrolTask, watcherId, watcherOf, type WatcherPlace } from '../core/watch.js';
import type { Runnable } from './run-beside.js';

/** Where to heal, and how often. */
export interface HealingOptions {
  connection: NativeConnection;
  namespace?: string;
  dataConverter?: WorkerOptions['dataConverter'];
  /** Perdure's own task queue. */
  taskQueue: string;
  /** Milliseconds between two checks. Default 1 minute. */
  everyMs?: number;
}

const atOnce = 10;
/** Checks in which a watcher did not answer, until it is begun anew. */
const patience = 3;
const watchedRuns =
  "WorkflowType = 'agentRun' AND ExecutionStatus = 'Running' AND PerdureStatus IN ('running', 'waiting-for-person')";

interface OpenRun {
  id: string;
  watcher: WatcherPlace;
}

/**
 * Compares, at once and then every so often, the open runs with those that are watched, and enrols what is missing: what
 * a watcher lost that was terminated, or a start whose worker died before it enrolled.
 */
export class Healing implements Runnable {
  readonly #client: Client;
  readonly #stopped = new AbortController();
  #state: ReturnType<Runnable['getState']> = 'INITIALIZED';
  readonly #silent = new Map<string, number>();

  constructor(private readonly options: HealingOptions) {
    const { connection, namespace, dataConverter } = options;
    this.#client = new Client({ connection, namespace, dataConverter });
  }

  getState(): ReturnType<Runnable['getState']> {
    return this.#state;
  }

  shutdown(): void {
    this.#state = 'STOPPING';
    this.#stopped.abort();
  }

  async run(): Promise<void> {
    this.#state = 'RUNNING';
    const { signal } = this.#stopped;
    const { everyMs = 60_000 } = this.options;
    while (!signal.aborted) {
      // A server that is away, or has no lists, is asked again the next time.
      await this.#check().catch(() => undefined);
      await sleep(everyMs, undefined, { signal, ref: false }).catch(() => undefined);
    }
    this.#state = 'STOPPED';
  }

  async #check(): Promise<void> {
    const open = await this.#openRuns();
    const places = new Map(open.map(({ watcher }) => [watcherId(watcher), watcher]));
    const watched = new Set<string>();
    for (const [id, place] of places) for (const run of (await this.#enrolledAt(id, place)) ?? []) watched.add(run);
    await inTurns(
      open.filter(({ id }) => !watched.has(id)),
      atOnce,
      ({ id }) => this.#enrol(id).catch(() => undefined),
    );
  }

  async #openRuns(): Promise<OpenRun[]> {
    const runs: OpenRun[] = [];
    for await (const { workflowId: id, typedSearchAttributes } of this.#client.workflow.list({ query: watchedRuns })) {
      const account = typedSearchAttributes.getAll().find(({ key }) => key.name === 'PerdureAccount')?.value;
      if (typeof account !== 'string') continue;
      runs.push({ id, watcher: watcherOf(keyOfWorkflowId(id) ?? id, account, this.options.taskQueue) });
    }
    return runs;
  }

  /** The runs that a watcher knows; none where it does not run. */
  async #enrolledAt(id: string, place: WatcherPlace): Promise<string[]> {
    const handle = this.#client.workflow.getHandle(id);
    try {
      const { status } = await handle.describe();
      if (status.name !== 'RUNNING') return [];
      const enrolled = await handle.query<{ id: string }[]>(wire.enrolled);
      this.#silent.delete(id);
      return enrolled.map((run) => run.id);
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return [];
      const silent = (this.#silent.get(id) ?? 0) + 1;
      this.#silent.set(id, silent);
      if (silent < patience) throw error;
      this.#silent.delete(id);
      await handle.terminate(`does not answer; begun anew for ${place.account}`);
      return [];
    }
  }

  /** Only the run itself knows how it is to be watched; one that ends just now needs no watching. */
  async #enrol(id: string): Promise<void> {
    const task = await this.#client.workflow.getHandle(id).query<EnrolTask | undefined>(wire.enrolment);
    if (task) await enrol(this.#client, task);
  }
}
