/** How many requests may still be made. */
export class RequestBudget {
  constructor(private left: number = Number.POSITIVE_INFINITY) {}

  /** Takes leave for one request; false when none is left. */
  take(): boolean {
    if (this.left < 1) return false;
    this.left -= 1;
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
