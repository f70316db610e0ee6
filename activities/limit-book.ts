import type { Client } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/client';
import { accountId, type AccountReport, type Limits } from '../src/core/admission.js';
import { wire } from '../src/core/names.js';

/** Milliseconds for which what an account said of its limits is taken for true. */
const fresh = 10_000;

/** Milliseconds that an account may take to answer. */
const patience = 3_000;

interface Known {
  at: number;
  live: Promise<Limits>;
}

/** The limits of accounts: what this worker is configured with, and over it what was set by hand. */
export class LimitBook {
  readonly #known = new Map<string, Known>();

  constructor(private readonly configured: (account: string) => Promise<Limits>) {}

  /** What the worker's configuration says. */
  configuredFor(account: string): Promise<Limits> {
    return this.configured(account);
  }

  /** What holds now; changes made by hand are seen within ten seconds. */
  async of(client: Client, account: string): Promise<Limits> {
    const known = this.#known.get(account);
    const current = known && Date.now() - known.at < fresh ? known : this.#ask(client, account, known);
    return { ...(await this.configured(account)), ...(await current.live) };
  }

  #ask(client: Client, account: string, before: Known | undefined): Known {
    const live = liveLimits(client, account).catch(() => before?.live ?? {});
    const known = { at: Date.now(), live };
    this.#known.set(account, known);
    return known;
  }
}

async function liveLimits(client: Client, account: string): Promise<Limits> {
  try {
    const handle = client.workflow.getHandle(accountId(account));
    const ask = () => handle.query<AccountReport>(wire.account);
    return (await client.withDeadline(Date.now() + patience, ask)).live;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return {};
    throw error;
  }
}
