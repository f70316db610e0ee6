import type { Limits } from '../core/admission.js';
import { type ProviderName, publicServers } from '../core/endpoints.js';
import { type SecretRef, secret } from '../core/secret.js';
import type { Config } from '../schemas/config.js';
import { parse } from '../schemas/parse.js';
import { serverAddress } from '../schemas/server-address.js';
import type { Env, Source } from './settings.js';

/** An account as it is configured; its key stays a reference until a worker needs it. */
export interface AccountSetting {
  /** `<provider>/<name>`. */
  name: string;
  provider: ProviderName;
  apiKey: SecretRef;
  /** What the provider's webhooks are signed with. */
  webhookSecret?: SecretRef;
  baseUrl: string;
  /** What it allows, where that is configured. */
  limits?: Limits;
  source: Source;
  /** The variable, or the file, that says so. */
  from?: string;
}

const defaults = [
  { provider: 'anchor', keys: ['ANCHORBROWSER_API_KEY', 'ANCHOR_API_KEY'], url: 'ANCHORBROWSER_BASE_URL' },
  { provider: 'browserbase', keys: ['BROWSERBASE_API_KEY'], url: 'BROWSERBASE_BASE_URL' },
] as const;

const webhookVariable = 'ANCHORBROWSER_WEBHOOK_SECRET';

/** The accounts of the environment and of the file; the environment's default accounts outrank the file's. */
export function accountSettings(env: Env, config: Config, file: string | undefined): AccountSetting[] {
  const accounts = new Map<string, AccountSetting>();
  for (const { baseUrl, ...account } of config.accounts) {
    accounts.set(account.name, {
      ...account,
      baseUrl: baseUrl ?? publicServers[account.provider],
      source: 'file',
      from: file,
    });
  }
  for (const { provider, keys, url } of defaults) {
    const name = `${provider}/default`;
    const key = keys.find((variable) => env[variable]);
    const known = accounts.get(name);
    const address = env[url] ? parse(serverAddress, env[url], url, 'config-invalid') : undefined;
    if (key) {
      accounts.set(name, {
        ...known,
        name,
        provider,
        apiKey: secret(`env:${key}`),
        baseUrl: address ?? known?.baseUrl ?? publicServers[provider],
        source: 'environment',
        from: key,
      });
    } else if (known && address) accounts.set(name, { ...known, baseUrl: address });
  }
  const hooked = accounts.get('anchor/default');
  if (hooked && env[webhookVariable]) {
    accounts.set(hooked.name, { ...hooked, webhookSecret: secret(`env:${webhookVariable}`) });
  }
  return [...accounts.values()];
}

/** What accounts allow by their settings; nothing where that is not said. */
export function limitsIn(settings: readonly AccountSetting[], name: string): Limits {
  return settings.find((setting) => setting.name === name)?.limits ?? {};
}
