/** What an account allows; what is left out is not limited. */
export interface Limits {
  /** Runs that live at the provider at once. */
  concurrentRuns?: number;
  /** Starts in any minute. */
  startsPerMinute?: number;
  /** Requests a minute for looking at runs. */
  requestsPerMinute?: number;
}

/** Whether a run has to wait for its account before it is started. */
export function limitsStarts({ concurrentRuns, startsPerMinute }: Limits): boolean {
  return concurrentRuns !== undefined || startsPerMinute !== undefined;
}

/** How urgent a run is, and whose: the names are those of Temporal's own priorities. */
export interface RunPriority {
  /** From 1, the most urgent, to 5. Default 3. */
  priorityKey?: number;
  /** Whose run it is, in at most 64 bytes: those of one caller wait for each other before they hold up another's. */
  fairnessKey?: string;
  /** The caller's share, 0.001 to 1000. Default 1. */
  fairnessWeight?: number;
}

/** Where the account of a run is found. */
export interface AccountPlace {
  /** `<provider>/<name>`. */
  account: string;
  /** Perdure's own task queue, which it runs on. */
  taskQueue: string;
}

/** The workflow id of an account. */
export function accountId(account: string): string {
  return `perdure:account:${account.replace('/', ':')}`;
}

/** A run that asks its account for leave to start. */
export interface SlotRequest {
  /** Workflow id of the run. */
  id: string;
  generation: number;
  /** From 1, the most urgent, to 5. */
  priority: number;
  /** Whose run it is: those of one caller wait for each other before they hold up another's. */
  fairness: string;
  /** Share among the callers. */
  weight: number;
  /** Milliseconds in which a grant has to be used. */
  windowMs: number;
  /** How much shorter the account's minute is; 1 outside tests. */
  scale: number;
}

/** What the signal `perdure.enrol` tells an account. */
export interface SlotRequests {
  requests: SlotRequest[];
  /** The limits that the asking worker is configured with. */
  configured?: Limits;
}

/** Whether a value can be queued: signals may carry anything. */
export function isSlotRequest(value: unknown): value is SlotRequest {
  if (typeof value !== 'object' || value === null || !('id' in value) || typeof value.id !== 'string') return false;
  const numbers = ['generation', 'priority', 'weight', 'windowMs', 'scale'];
  return 'fairness' in value && numbers.every((name) => typeof Reflect.get(value, name) === 'number');
}

/** What the signal `perdure.withdraw` tells an account: this start needs its place no more. */
export interface SlotReturn {
  id: string;
  generation: number;
  /** Milliseconds for which the provider asked for no further start. */
  quietMs?: number;
}

/** What the signal `perdure.granted` tells a run: its leave to start. */
export interface SlotGrant {
  generation: number;
  /** Epoch milliseconds: unused by then, it has lapsed. */
  sendNotAfter: number;
}

/** Whether a value is a leave to start: signals may carry anything. */
export function isSlotGrant(value: unknown): value is SlotGrant {
  if (typeof value !== 'object' || value === null) return false;
  return ['generation', 'sendNotAfter'].every((name) => typeof Reflect.get(value, name) === 'number');
}

/** A run that has a slot. */
export interface Holder {
  id: string;
  generation: number;
  /** Epoch milliseconds of the grant. */
  since: number;
  /** Epoch milliseconds until when the grant had to be used. */
  until: number;
}

/** What the signal `perdure.limits` changes; what is left out stays. */
export interface LimitsChange {
  /** What the configuration of the workers says. */
  configured?: Limits;
  /** What was set by hand and outranks it; null takes that back. */
  live?: Limits | null;
}

/** Those who have slots and those who wait, by workflow id, as many as one answer carries. */
export interface KnownStarts {
  holders: Holder[];
  queued: string[];
  /** Place of the next page, where there is one. */
  next?: number;
}

/** How an account stands. */
export interface AccountReport {
  configured: Limits;
  live: Limits;
  /** Who holds slots: the first thousand of them. */
  holders: Holder[];
  /** How many do; absent where a worker of an older build answers. */
  held?: number;
  /** How many wait, and the first of them. */
  queued: number;
  /** Workflow ids of the first that wait, in order. */
  next: string[];
  /** Epoch milliseconds until when the provider asked for no further start. */
  quietUntil?: number;
}
