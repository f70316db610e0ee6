import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, WorkflowNotFoundError } from '@temporalio/client';
import { type MetricMeter, noopMetricMeter } from '@temporalio/common';
import type { NativeConnection, WorkerOptions } from '@temporalio/worker';
import { enrol, requestSlot, type WatchSpread, withdraw } from '../../activities/index.js';
import { accountId, type AccountReport, type Limits } from '../core/admission.js';
import { inTurns } from '../core/in-turns.js';
import { attributeOf, wire } from '../core/names.js';
import { type RunNeeds, type StartRef, watcherId, type WatcherPlace, watchersOf } from '../core/watch.js';
import { OpenGauges } from './open-gauges.js';
import type { Runnable } from './run-beside.js';

/** Where to heal, and how often. */
export interface HealingOptions {
  connection: NativeConnection;
  namespace?: string;
  dataConverter?: WorkerOptions['dataConverter'];
  /** Perdure's own task queue. */
  taskQueue: string;
  /** Whether the worker has an account. */
  knows: (account: string) => Promise<boolean>;
  /** What the worker's configuration allows an account. */
  limits: (account: string) => Promise<Limits>;
  /** Told how many runs are looked at. */
  spread: WatchSpread;
  /** Where it is told how much is open. Default: nowhere. */
  meter?: () => MetricMeter;
  /** Milliseconds between two checks. Default 1 minute. */
  everyMs?: number;
}

/** Milliseconds between two checks when nothing else is said. */
export const betweenChecks = 60_000;

const atOnce = 10;
/** Queued runs that are asked whether they wait for their account: more often for a worker. */
const mostAsked = 20;
/** Milliseconds that a query may take. */
const mostWaiting = 10_000;
/** Checks in which a shared workflow did not answer, until it is begun anew: on our queue, or on that of others. */
const patience = { own: 3, others: 1 };
const openRuns = "WorkflowType = 'agentRun' AND ExecutionStatus = 'Running'";

interface OpenRun {
  id: string;
  status: string | undefined;
  account: string;
}

/**
 * Compares, at once and then every so often, the open runs with those that are watched, and enrols what is missing: what
 * a watcher lost that was terminated, or a start whose worker died before it enrolled.
 */
export class Healing implements Runnable {
  readonly #client: Client;
  readonly #stopped = new AbortController();
  readonly #ended = once(this.#stopped.signal, 'abort');
  #state: ReturnType<Runnable['getState']> = 'INITIALIZED';
  readonly #silent = new Map<string, number>();
  readonly #accounts = new Map<string, Promise<boolean>>();
  /** Accounts that had something open or enrolled: their watchers are looked at once more. */
  readonly #known = new Set<string>();
  readonly #gauges: OpenGauges;

  constructor(private readonly options: HealingOptions) {
    const { connection, namespace, dataConverter, meter = () => noopMetricMeter } = options;
    this.#client = new Client({ connection, namespace, dataConverter });
    this.#gauges = new OpenGauges(meter);
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
    const { everyMs = betweenChecks } = this.options;
    while (!signal.aborted) {
      // A server that is away, or has no lists, is asked again the next time. A check that is cut off leaves nothing.
      await Promise.race([this.#check().catch(() => undefined), this.#ended]);
      await sleep(everyMs, undefined, { signal, ref: false }).catch(() => undefined);
    }
    this.#state = 'STOPPED';
  }

  async #check(): Promise<void> {
    this.#accounts.clear();
    const open = await this.#openRuns();
    const accounts = new Set([...this.#known, ...open.map(({ account }) => account)]);
    this.#known.clear();
    for (const { account } of open) this.#known.add(account);
    const listed = new Set(open.map(({ id }) => id));
    const watched = new Set<string>();
    const silent = new Set<string>();
    const places = [...accounts].flatMap((account) => watchersOf(account, this.options.taskQueue));
    await inTurns(places, atOnce, async (place) => {
      const answer = await this.#ask<StartRef[]>(watcherId(place), wire.enrolled);
      if (answer === 'silent') silent.add(place.account);
      const enrolled = typeof answer === 'object' ? answer : [];
      if (enrolled.length > 0 || answer === 'silent') this.#known.add(place.account);
      for (const { id } of enrolled) watched.add(id);
      await this.#withdrawEnded(place, enrolled, listed);
    });
    for (const account of accounts) {
      // What waits for a slot is not looked at.
      const looked = open.filter((run) => run.account === account && run.status !== 'queued');
      this.options.spread.note(account, looked.length);
    }
    const unwatched = open.filter(
      ({ id, status, account }) => status !== 'queued' && !watched.has(id) && !silent.has(account),
    );
    await inTurns(unwatched, atOnce, ({ id }) => this.#enrol(id));
    await this.#healAccounts(open);
    await this.#gauges.tell(
      this.#client,
      open.map(({ account }) => account),
    );
  }

  async #openRuns(): Promise<OpenRun[]> {
    const runs: OpenRun[] = [];
    for await (const { workflowId: id, typedSearchAttributes } of this.#client.workflow.list({ query: openRuns })) {
      const account = attributeOf(typedSearchAttributes, 'PerdureAccount');
      if (account === undefined || !(await this.#knows(account))) continue;
      const status = attributeOf(typedSearchAttributes, 'PerdureStatus');
      runs.push({ id, status, account });
    }
    return runs;
  }

  /** What this worker has no key for, it could not look at. */
  #knows(account: string): Promise<boolean> {
    const known = this.#accounts.get(account) ?? this.options.knows(account);
    this.#accounts.set(account, known);
    return known;
  }

  /**
   * What a shared workflow answers; undefined where it does not run. No list is asked for that: one that continues as new
   * just then may be in none. One that stays silent is begun anew.
   */
  async #ask<T>(id: string, query: string): Promise<T | 'silent' | undefined> {
    const handle = this.#client.workflow.getHandle(id);
    const inTime = <R>(call: () => Promise<R>) => this.#client.withDeadline(Date.now() + mostWaiting, call);
    const found = await inTime(() => handle.describe()).catch((error: unknown) =>
      error instanceof WorkflowNotFoundError ? undefined : ('silent' as const),
    );
    // Where the server itself does not answer, nothing is known of the workflow.
    if (found === 'silent') return 'silent';
    if (found?.status.name !== 'RUNNING') {
      this.#silent.delete(id);
      return undefined;
    }
    const { taskQueue, raw } = found;
    try {
      const answer = await inTime(() => handle.query<T>(query));
      this.#silent.delete(id);
      return answer;
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return undefined;
      const silent = (this.#silent.get(id) ?? 0) + 1;
      this.#silent.set(id, silent);
      if (silent < (taskQueue === this.options.taskQueue ? patience.own : patience.others)) return 'silent';
      this.#silent.delete(id);
      const firstExecutionRunId = raw.workflowExecutionInfo?.firstRunId ?? undefined;
      // By its first execution: another worker may have begun it anew meanwhile.
      const begun = this.#client.workflow.getHandle(id, undefined, { firstExecutionRunId });
      await begun.terminate('It does not answer, and is begun anew.').catch(() => undefined);
      return undefined;
    }
  }

  /** Runs that were terminated tell nobody. Lists are behind what is true, so each is looked at by itself. */
  async #withdrawEnded(place: WatcherPlace, enrolled: readonly StartRef[], listed: ReadonlySet<string>): Promise<void> {
    const unlisted = enrolled.filter(({ id }) => !listed.has(id));
    await inTurns(unlisted, atOnce, async (start) => {
      if (await this.#hasEnded(start.id)) await withdraw(this.#client, place, start).catch(() => undefined);
    });
  }

  async #hasEnded(id: string): Promise<boolean> {
    try {
      return (await this.#client.workflow.getHandle(id).describe()).status.name !== 'RUNNING';
    } catch (error) {
      return error instanceof WorkflowNotFoundError;
    }
  }

  /** Only the run itself knows how it is to be watched; one that ends just now needs no watching. */
  async #enrol(id: string): Promise<void> {
    const needs = await this.#needsOf(id);
    if (!needs?.watch) return;
    // On the queue that is served from here: nobody may serve the one that the run was started with any more.
    const { taskQueue } = this.options;
    const { run, watcher } = needs.watch;
    await enrol(this.#client, { run, watcher: { ...watcher, taskQueue } }).catch(() => undefined);
  }

  async #needsOf(id: string): Promise<RunNeeds | undefined> {
    const ask = () => this.#client.workflow.getHandle(id).query<RunNeeds>(wire.enrolment);
    return this.#client.withDeadline(Date.now() + mostWaiting, ask).catch(() => undefined);
  }

  /** An account whose runs wait has to run: one of them asks it again, and it finds the others itself. */
  async #healAccounts(open: readonly OpenRun[]): Promise<void> {
    const queued = open.filter(({ status }) => status === 'queued');
    for (const account of new Set(queued.map(({ account }) => account))) {
      const report = await this.#ask<AccountReport>(accountId(account), wire.account);
      // One that has nothing to do makes no checks of its own.
      if (report === 'silent' || (report && (report.held ?? report.holders.length) + report.queued > 0)) continue;
      for (const { id } of queued.filter((run) => run.account === account).slice(0, mostAsked)) {
        const needs = await this.#needsOf(id);
        if (!needs?.slot) continue;
        const configured = await this.options.limits(account);
        await requestSlot(this.#client, { account, taskQueue: this.options.taskQueue }, needs.slot, configured);
        break;
      }
    }
  }
}
