import type { Client } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/client';
import { accountId, type AccountPlace, type Limits, type SlotRequest, type SlotReturn } from '../src/core/admission.js';
import type { RunEnd } from '../src/core/batch.js';
import { wire } from '../src/core/names.js';
import { type EnrolTask, sharedPriority, type StartRef, watcherId, type WatcherPlace } from '../src/core/watch.js';

/** A workflow that the runs of an account share. */
interface Shared {
  type: 'watcher' | 'account' | 'batchRun';
  id: string;
  account: string;
  taskQueue: string;
}

interface Waiting {
  signal: 'perdure.enrol' | 'perdure.withdraw' | 'perdure.ended';
  item: unknown;
  /** Makes the signal's argument of many items. */
  pack: (items: unknown[]) => unknown;
  resolve: () => void;
  reject: (error: unknown) => void;
}

/**
 * Milliseconds between two signals of this worker to one workflow. While there is more of the same to tell, each pause is
 * twice the one before, up to the longest: a flood of signals would keep the workflow from continuing as new.
 */
const gap = 250;
const longestGap = 1_000;
const mostInOne = 200;
const mostTries = 5;

/** Enrols a run with its watcher, which is started where it does not run. */
export function enrol(client: Client, { watcher, run }: EnrolTask): Promise<void> {
  return doorOf(client, watcherAt(watcher)).enter(wire.enrol, run);
}

/** Tells a watcher that a run needs no more looks. */
export function withdraw(client: Client, watcher: WatcherPlace, start: StartRef): Promise<void> {
  return doorOf(client, watcherAt(watcher)).enter(wire.withdraw, start);
}

/** Asks an account, which is started where it does not run, for leave to start. */
export function requestSlot(
  client: Client,
  place: AccountPlace,
  request: SlotRequest,
  configured: Limits,
): Promise<void> {
  return doorOf(client, accountAt(place)).enter(wire.enrol, request, (requests) => ({ requests, configured }));
}

/** Tells an account that a run needs its slot no more. */
export function returnSlot(client: Client, place: AccountPlace, slot: SlotReturn): Promise<void> {
  return doorOf(client, accountAt(place)).enter(wire.withdraw, slot);
}

/** Tells a batch how a run of it ended. */
export function tellEnded(client: Client, batch: string, end: RunEnd): Promise<void> {
  return doorOf(client, { type: 'batchRun', id: batch, account: '', taskQueue: '' }).enter(wire.ended, end);
}

function watcherAt(place: WatcherPlace): Shared {
  return { type: 'watcher', id: watcherId(place), account: place.account, taskQueue: place.taskQueue };
}

function accountAt({ account, taskQueue }: AccountPlace): Shared {
  return { type: 'account', id: accountId(account), account, taskQueue };
}

const doors = new WeakMap<Client['connection'], Map<string, Door>>();

function doorOf(client: Client, shared: Shared): Door {
  const known = doors.get(client.connection) ?? new Map<string, Door>();
  doors.set(client.connection, known);
  const id = `${client.options.namespace}/${shared.id}`;
  const door = known.get(id) ?? new Door(client, shared);
  known.set(id, door);
  return door;
}

/** Where what this worker has to tell one workflow waits for the next signal. */
class Door {
  readonly #waiting: Waiting[] = [];
  #going: Promise<void> | undefined;

  constructor(
    private readonly client: Client,
    private readonly shared: Shared,
  ) {}

  enter(signal: Waiting['signal'], item: unknown, pack: Waiting['pack'] = (items) => items): Promise<void> {
    const entered = new Promise<void>((resolve, reject) => this.#waiting.push({ signal, item, pack, resolve, reject }));
    this.#going ??= this.#go().finally(() => {
      this.#going = undefined;
    });
    return entered;
  }

  async #go(): Promise<void> {
    let pause = gap;
    while (this.#waiting.length > 0) {
      const batch = this.#nextBatch();
      try {
        await this.#send(batch);
        for (const { resolve } of batch) resolve();
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
      await passed(pause);
      // What is mixed goes in small parts, and would pile up at a slow pace.
      const same = this.#waiting[0]?.signal === batch[0]?.signal;
      pause = same ? Math.min(2 * pause, longestGap) : gap;
    }
  }

  /** The first that wait for the same signal, so that the order among signals is kept. */
  #nextBatch(): Waiting[] {
    const [first] = this.#waiting;
    const other = this.#waiting.findIndex(({ signal }) => signal !== first?.signal);
    return this.#waiting.splice(0, Math.min(other === -1 ? mostInOne : other, mostInOne));
  }

  async #send(batch: Waiting[]): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.#signal(batch);
        return;
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return;
        if (attempt === mostTries) throw error;
        await passed(gap * 2 ** attempt);
      }
    }
  }

  /** Only to enrol starts a workflow: what is withdrawn from one that does not run is withdrawn. */
  async #signal(batch: Waiting[]): Promise<void> {
    const { type, id, account, taskQueue } = this.shared;
    const [first] = batch;
    if (!first) return;
    const { signal } = first;
    const args: [unknown] = [first.pack(batch.map(({ item }) => item))];
    if (signal !== wire.enrol) {
      await this.client.workflow.getHandle(id).signal(signal, ...args);
      return;
    }
    await this.client.workflow.signalWithStart(type, {
      workflowId: id,
      taskQueue,
      args: [{ version: 1, account }],
      priority: sharedPriority,
      signal,
      signalArgs: args,
    });
  }
}

function passed(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
