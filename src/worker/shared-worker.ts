import { type NativeConnection, Worker, type WorkerOptions } from '@temporalio/worker';
import { type Runnable, stopWorker } from './run-beside.js';

/**
 * The worker of a queue for all parts of a process that need one: a connection allows a single worker on each. The
 * first that asks makes it, and it ends with the last that leaves.
 */
class SharedWorker {
  #users = 0;
  #leaving = false;
  #running: Promise<void> | undefined;

  constructor(
    private readonly worker: Worker,
    private readonly forget: () => void,
  ) {}

  get leaving(): boolean {
    return this.#leaving;
  }

  join(): Runnable {
    this.#users += 1;
    return new Share(this);
  }

  run(): Promise<void> {
    this.#running ??= this.worker.run().finally(this.forget);
    return this.#running;
  }

  /** Ends the worker when nobody else needs it; gives what there is to wait for. */
  async leave(): Promise<void> {
    this.#users -= 1;
    if (this.#users > 0) return;
    this.#leaving = true;
    stopWorker(this.worker);
    await this.run();
  }
}

/** One user's part in a shared worker. */
class Share implements Runnable {
  #state: ReturnType<Worker['getState']> = 'INITIALIZED';
  #leave: (end: Promise<void>) => void = () => undefined;
  readonly #left = new Promise<void>((resolve) => {
    this.#leave = resolve;
  });

  constructor(private readonly shared: SharedWorker) {}

  async run(): Promise<void> {
    this.#state = 'RUNNING';
    try {
      await Promise.race([this.shared.run(), this.#left]);
    } finally {
      this.#state = 'STOPPED';
    }
  }

  shutdown(): void {
    this.#state = 'STOPPING';
    this.#leave(this.shared.leave());
  }

  getState(): ReturnType<Worker['getState']> {
    return this.#state;
  }
}

const shared = new WeakMap<NativeConnection, Map<string, Promise<SharedWorker>>>();

/** Takes part in the worker of a queue at a connection; without a connection given, it is the caller's alone. */
export async function shareWorker(options: WorkerOptions & { taskQueue: string }): Promise<Runnable> {
  const { connection, namespace = 'default', taskQueue } = options;
  if (!connection) return Worker.create(options);
  const workers = shared.get(connection) ?? new Map<string, Promise<SharedWorker>>();
  shared.set(connection, workers);
  const key = `${namespace}/${taskQueue}`;
  for (let known = workers.get(key); known; known = workers.get(key)) {
    const worker = await known;
    if (!worker.leaving) return worker.join();
    await Promise.allSettled([worker.run()]);
  }
  const made = Worker.create(options).then((worker) => new SharedWorker(worker, () => workers.delete(key)));
  workers.set(key, made);
  try {
    return (await made).join();
  } catch (error) {
    workers.delete(key);
    throw error;
  }
}
