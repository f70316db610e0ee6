import type { PerdureActivities } from '../../activities/index.js';
import { timings } from './pace.js';
import type { Tampering } from './test-worker.js';

type Start = PerdureActivities['perdureStart'];

/** Faults of the worker itself: it sleeps over the window of a start, or its report on a start is lost. */
export class WorkerFaults implements Tampering {
  readonly #planned = new Map<string, { kind: 'stalled-start' | 'lost-report'; struck: () => void }>();

  /** Strikes the next start of the run with this name once. */
  plan(name: string, kind: 'stalled-start' | 'lost-report', struck: () => void): void {
    this.#planned.set(name, { kind, struck });
  }

  activities(own: PerdureActivities): PerdureActivities {
    const perdureStart: Start = async (task) => {
      const fault = this.#take(JSON.stringify(task.agent));
      if (fault?.kind === 'stalled-start') await passed(task.sendNotAfter + 2 * timings.startRequest - Date.now());
      const report = await own.perdureStart(task);
      if (fault?.kind === 'lost-report') await passed(2 * timings.heartbeat);
      return report;
    };
    return { ...own, perdureStart };
  }

  #take(text: string): { kind: 'stalled-start' | 'lost-report' } | undefined {
    for (const [name, fault] of this.#planned) {
      if (!text.includes(name)) continue;
      this.#planned.delete(name);
      fault.struck();
      return fault;
    }
    return undefined;
  }
}

/** The worker does nothing for so long; no heartbeat is sent meanwhile. */
function passed(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));
}
