import type { Client } from '@temporalio/client';
import type { MetricMeter } from '@temporalio/common';
import { waitingQuery } from '../core/names.js';

/** Keeps the gauges of what is open: every worker tells the same of the accounts that it has, once a minute. */
export class OpenGauges {
  /** Accounts that had something open: their gauges go down to 0. */
  readonly #accounts = new Set<string>();

  constructor(private readonly meter: () => MetricMeter) {}

  /** Sets the gauges by the accounts of the runs that are open. */
  async tell(client: Client, accounts: readonly string[]): Promise<void> {
    const meter = this.meter();
    const open = meter.createGauge('perdure_runs_open', 'int', 'runs', 'Open runs of an account');
    for (const account of accounts) this.#accounts.add(account);
    for (const account of this.#accounts) open.set(accounts.filter((each) => each === account).length, { account });
    const { count } = await client.workflow.count(`${waitingQuery} AND ExecutionStatus = 'Running'`);
    const about = 'Open runs and approvals that wait for a person';
    meter.createGauge('perdure_questions_waiting', 'int', 'workflows', about).set(count);
  }
}
