import { condition, workflowInfo } from '@temporalio/workflow';
import { PerdureError } from '../src/core/errors.js';

/** Temporal ends a workflow whose history has 51,200 events or 50 MiB. */
const mostEvents = 50_000;
const mostBytes = 48 * 1024 * 1024;
/** Events that a run at one place, or a question, has in the history of its plan. */
const eventsOfOne = 30;

/** What a piece of a plan may add to the history. */
export interface Growth {
  /** Runs, one for each target. */
  runs: number;
  /** Of their inputs and results. */
  bytes: number;
}

interface HistoryLength {
  /** Events. */
  historyLength: number;
  /** Bytes. */
  historySize: number;
}

/** Keeps what a plan begins within what Temporal keeps of one workflow. */
export class PlanRoom {
  readonly #underWay = { pieces: 0, runs: 0, bytes: 0 };

  /** `history`, `until`: of the workflow. */
  constructor(
    private readonly history: () => HistoryLength = workflowInfo,
    private readonly until: (fulfilled: () => boolean) => Promise<void> = condition,
  ) {}

  /**
   * Does a piece of a plan once it fits beside what is under way, each at its most.
   * @param place of the step, for messages.
   * @throws PerdureError `plan-outgrown` where it does not fit even alone.
   */
  async with<T>(place: string, growth: Growth, act: () => Promise<T>): Promise<T> {
    const own = this.#underWay;
    while (own.pieces > 0 && !this.#fits(growth)) await this.until(() => own.pieces === 0 || this.#fits(growth));
    if (!this.#fits(growth)) throw outgrown(place, this.history());
    this.#add(growth, 1);
    try {
      return await act();
    } finally {
      this.#add(growth, -1);
    }
  }

  #fits({ runs, bytes }: Growth): boolean {
    const { historyLength, historySize } = this.history();
    const own = this.#underWay;
    const events = historyLength + (own.runs + runs) * eventsOfOne;
    return events <= mostEvents && historySize + own.bytes + bytes <= mostBytes;
  }

  #add({ runs, bytes }: Growth, sign: 1 | -1): void {
    const own = this.#underWay;
    own.pieces += sign;
    own.runs += sign * runs;
    own.bytes += sign * bytes;
  }
}

function outgrown(place: string, { historyLength, historySize }: HistoryLength): PerdureError {
  return new PerdureError({
    code: 'plan-outgrown',
    message:
      `${place}: the plan has ${historyLength} events and ${Math.ceil(historySize / 1024 / 1024)} MiB of history, and ` +
      'Temporal would end it with more: this was not begun. Make several plans of it, a batch, or results that are smaller.',
  });
}
