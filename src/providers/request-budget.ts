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
