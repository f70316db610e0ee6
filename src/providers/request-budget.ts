/** How many requests may still be made. */
export class RequestBudget {
  #spent = 0;

  constructor(private readonly most: number = Number.POSITIVE_INFINITY) {}

  /** How many were made. */
  get spent(): number {
    return this.#spent;
  }

  /** Takes leave for one request; false when none is left beside those that are kept for others. */
  take(kept = 0): boolean {
    if (this.#spent + 1 + kept > this.most) return false;
    this.#spent += 1;
    return true;
  }
}

/** On what terms many runs are looked at. */
export interface LookTerms {
  /** Default: no bound. */
  budget?: RequestBudget;
  /** Milliseconds for which what was read for others a moment ago is as good as new. Default 0. */
  freshMs?: number;
}
