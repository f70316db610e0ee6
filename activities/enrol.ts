import { Context } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import { wire } from '../src/core/names.js';
import { type Enrolment, type EnrolTask, watcherId, type WatcherPlace } from '../src/core/watch.js';

interface Waiting {
  run: Enrolment;
  resolve: () => void;
  reject: (error: unknown) => void;
}

/** Milliseconds between two signals of this worker to one watcher: a flood of them would keep it from continuing as new. */
const gap = 250;
const mostInOne = 200;
const mostTries = 5;

/** Enrols a run with the watcher of its account, which is started where it does not run. */
export async function enrolRun(task: EnrolTask): Promise<void> {
  await enrol(Context.current().client, task);
}

const doors = new WeakMap<Client['connection'], Map<string, Door>>();

/** Enrols a run; those of one worker go to each watcher together, at a bounded rate. */
export function enrol(client: Client, { watcher, run }: EnrolTask): Promise<void> {
  const known = doors.get(client.connection) ?? new Map<string, Door>();
  doors.set(client.connection, known);
  const id = watcherId(watcher);
  const door = known.get(id) ?? new Door(client, watcher);
  known.set(id, door);
  return door.enter(run);
}

/** Where the enrolments for one watcher wait for the next signal. */
class Door {
  readonly #waiting: Waiting[] = [];
  #going: Promise<void> | undefined;

  constructor(
    private readonly client: Client,
    private readonly watcher: WatcherPlace,
  ) {}

  enter(run: Enrolment): Promise<void> {
    const entered = new Promise<void>((resolve, reject) => this.#waiting.push({ run, resolve, reject }));
    this.#going ??= this.#go().finally(() => {
      this.#going = undefined;
    });
    return entered;
  }

  async #go(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, mostInOne);
      try {
        await this.#send(batch.map(({ run }) => run));
        for (const { resolve } of batch) resolve();
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
      await passed(gap);
    }
  }

  async #send(runs: Enrolment[]): Promise<void> {
    const { account, taskQueue } = this.watcher;
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.client.workflow.signalWithStart('watcher', {
          workflowId: watcherId(this.watcher),
          taskQueue,
          args: [{ version: 1, account }],
          signal: wire.enrol,
          signalArgs: [runs],
        });
        return;
      } catch (error) {
        if (attempt === mostTries) throw error;
        await passed(gap * 2 ** attempt);
      }
    }
  }
}

function passed(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
