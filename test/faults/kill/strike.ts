import type { Simulator } from '../../../src/simulator/simulator.js';
import type { Stage } from '../stage.js';
import type { KillStage } from './kill-stage.js';
import type { Scenario } from './scenario.js';
import { WorkerProcess } from './worker-process.js';
import type { WorkerSetting } from './worker-setting.js';

/** The workers of one scenario, and what strikes them. */
export class Strike {
  struck = false;
  readonly #workers: WorkerProcess[] = [];
  #asleep: WorkerProcess | undefined;
  #recovered: Promise<void> = Promise.resolve();

  constructor(
    private readonly kill: KillStage,
    private readonly scenario: Scenario,
    private readonly stage: Stage,
  ) {}

  /** Starts the first worker, and waits for the point. */
  async arm(simulator: Simulator): Promise<void> {
    const { when } = this.scenario;
    // The spare one stands ready, so that the run is without a worker no longer than need be.
    const [first, spare] = [
      this.#newWorker({ spare: false, ...('point' in when && when) }),
      this.#newWorker({ spare: true }),
    ];
    await Promise.all([first.ready, spare.ready]);
    if (!('request' in when)) return;
    const { on, phase } = when.request;
    const text = this.scenario.program.runs[0]?.name;
    // Lists tell nothing of a run, but nobody else asks at this simulator.
    simulator.when({ on, phase, times: 1, ...(on !== 'list' && { text }) }, () => this.#strike());
  }

  /** Wakes who was put to sleep, after all has been decided, and waits until there is nobody who could do anything. */
  async settle(): Promise<void> {
    await this.#recovered;
    this.#asleep?.wake();
    if (this.#asleep) await new Promise((resolve) => setTimeout(resolve, 3_000));
  }

  async end(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.kill()));
  }

  async #strike(): Promise<void> {
    if (this.struck) return;
    this.struck = true;
    const [first, spare] = this.#workers;
    if (this.scenario.strikes === 'server') {
      this.#recovered = this.kill.restartServer();
      return;
    }
    if (this.scenario.strikes === 'sleep') {
      first?.sleep();
      this.#asleep = first;
    } else {
      await first?.kill();
    }
    spare?.begin();
  }

  #newWorker(options: Pick<WorkerSetting, 'spare' | 'point'>): WorkerProcess {
    const { address, bundle } = this.kill;
    const accounts = Object.fromEntries(
      [...this.stage.accounts].map(([name, { apiKey, baseUrl = '' }]) => [name, { apiKey: String(apiKey), baseUrl }]),
    );
    const setting: WorkerSetting = { address, bundle, accounts, taskQueue: this.stage.taskQueue, ...options };
    const worker = new WorkerProcess(setting, () => void this.#strike());
    this.#workers.push(worker);
    return worker;
  }
}
