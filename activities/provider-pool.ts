import { createProvider } from '../src/providers/index.js';
import type { Account, Observe, Provider } from '../src/providers/provider.js';
import { keyMask } from './masking.js';

/** Looks an account up by its name, `<provider>/<name>`; throws `account-unknown`. */
export type AccountLookup = (name: string) => Account | Promise<Account>;

/** Keeps one provider, and so one set of connections, per account and API key. */
export class ProviderPool {
  readonly #providers = new Map<string, { apiKey: string; baseUrl: string; provider: Provider }>();

  constructor(
    private readonly lookup: AccountLookup,
    private readonly observe?: Observe,
  ) {}

  /** The provider of an account. A key that was changed in the meantime takes effect with the next call. */
  async provider(name: string): Promise<Provider> {
    const account = await this.lookup(name);
    const known = this.#providers.get(name);
    if (known && known.apiKey === account.apiKey && known.baseUrl === account.baseUrl) return known.provider;
    const provider = createProvider(account, { mask: keyMask(account.apiKey), observe: this.observe });
    this.#providers.set(name, { apiKey: account.apiKey, baseUrl: account.baseUrl, provider });
    // The provider before it may hold a call that lasts for hours; what it keeps open closes when idle.
    return provider;
  }

  /** Closes all connections; whoever asks for a provider afterwards gets a new one. */
  async close(): Promise<void> {
    const open = [...this.#providers.values()];
    this.#providers.clear();
    await Promise.all(open.map(({ provider }) => provider.close()));
  }
}
