import { createProvider } from '../providers/create-provider.js';
import type { Account, Provider } from '../providers/provider.js';

/** Providers by account, one set of connections each; the key is looked up whenever one is asked for. */
export class ProviderLookup {
  readonly #known = new Map<string, { account: Account; provider: Provider }>();

  constructor(private readonly lookUp: (name: string) => Account | Promise<Account>) {}

  /** The provider of an account. Throws what the look-up throws, such as `account-unknown`. */
  async provider(name: string): Promise<Provider> {
    const account = await this.lookUp(name);
    const known = this.#known.get(name);
    if (known?.account.apiKey === account.apiKey && known.account.baseUrl === account.baseUrl) return known.provider;
    const provider = createProvider(account);
    this.#known.set(name, { account, provider });
    return provider;
  }

  async close(): Promise<void> {
    const open = [...this.#known.values()];
    this.#known.clear();
    await Promise.all(open.map(({ provider }) => provider.close()));
  }
}
