import { setTimeout as pause } from 'node:timers/promises';

const betweenLooksMs = 100;
/** The part of each share that is started before the strike; the rest is started while its victim is away. */
const beforeStrike = 0.6;

/** Whose turn it is: each victim has an equal share of the runs, so that it falls among live ones however slow the machine. */
export class Turns {
  started = 0;
  /** Victims that were struck and are back. */
  back = 0;
  readonly #share: number;

  constructor(runs: number, victims: number) {
    this.#share = Math.ceil(runs / victims);
  }

  /** Waits until the next run may be started: when the victim of the share before is back. */
  untilStarted(): Promise<void> {
    return until(() => this.back >= Math.floor(this.started / this.#share));
  }

  /** Waits until the next victim is to be struck. */
  untilStruck(): Promise<void> {
    return until(() => this.started >= (this.back + beforeStrike) * this.#share);
  }
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await pause(betweenLooksMs);
}
