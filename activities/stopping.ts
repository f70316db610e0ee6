import { isTerminal } from '../src/core/reading.js';
import type { ProviderHandle } from '../src/core/run.js';
import type { Timings } from '../src/core/timings.js';
import type { Call, Ending, EndpointDriver } from '../src/providers/provider.js';

/** How a run is asked to stop. */
interface Asking {
  call: Call;
  backoff: Timings['backoff'];
}

/** A run that is to stop: it is asked to, looked at, and asked again only where that may help. */
export class Stopping {
  #takenAt: number | undefined;

  constructor(
    private readonly driver: EndpointDriver,
    private readonly handle: ProviderHandle,
    private readonly asking: Asking,
  ) {}

  async ask(): Promise<void> {
    const taken = await this.driver.stop(this.handle, this.asking.call);
    this.#takenAt = taken ? Date.now() : undefined;
  }

  /**
   * Looks at the run, and asks again while it lives: at once where its provider did not know it for a moment and has
   * stopped nothing, and where it has not heeded for as long as the longest pause between two tries.
   */
  async look(): Promise<Ending> {
    const ending = await this.driver.read(this.handle, this.asking.call);
    if (!isTerminal(ending.reading.state) && !this.#isUnderWay()) await this.ask();
    return ending;
  }

  #isUnderWay(): boolean {
    return this.#takenAt !== undefined && Date.now() - this.#takenAt < this.asking.backoff.max;
  }
}
