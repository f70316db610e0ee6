import type { OutcomeError } from './run.js';
import type { Timings } from './timings.js';

/** What one sweep is to look for, and whether it is to end it. */
export interface SweepTask {
  /** Only what carries a mark of this deployment. */
  deployment: string;
  /** Accounts, `<provider>/<name>`; default: those that the worker knows by name. */
  accounts?: string[];
  /** Milliseconds; what is younger is left alone. */
  olderThanMs: number;
  /** Whether to end what is found; otherwise it is only told. */
  end: boolean;
  /** Whether the worker's home is to take this Temporal namespace for its own from now on. */
  acceptCluster: boolean;
  timings: Pick<Timings, 'heartbeat' | 'request' | 'backoff' | 'release'>;
}

/** A live session or run at a provider whose workflow has ended. */
export interface Orphan {
  /** What is left: a run, or a session. */
  kind: 'run' | 'session';
  /** The provider's id. */
  id: string;
  /** By which it was known. */
  mark: string;
  /** ISO 8601, the provider's clock. */
  createdAt: string;
  /** `closed`: the workflow of this run has ended; `gone`: Temporal knows none with this mark. */
  workflow: 'closed' | 'gone';
  /** `found`: it was only looked for; `ended`: it is seen to have ended; `unconfirmed`: it was asked to end. */
  state: 'found' | 'ended' | 'unconfirmed';
}

/** What a sweep found at one account. */
export interface SweptAccount {
  account: string;
  orphans: Orphan[];
  /** How many live sessions and runs of this deployment were left alone: too young, or their workflow goes on. */
  kept: number;
  /** Why the account could not be looked at. */
  error?: OutcomeError;
}

/** What a sweep found and did. */
export interface SweepReport {
  /** Whose marks were looked for. */
  deployment: string;
  /** Whether it was to end what it found. */
  end: boolean;
  accounts: SweptAccount[];
  /** Keys of the deployment's open runs that should have ended by now. */
  overdue: string[];
}
