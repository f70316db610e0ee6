import type { AccountLookup } from '../../activities/index.js';
import { type AccountSetting, limitsIn } from '../client/account-settings.js';
import { type Limits, limitsStarts } from '../core/admission.js';
import { publicServers } from '../core/endpoints.js';
import { PerdureError } from '../core/errors.js';
import { isSecretRef, type SecretRef } from '../core/secret.js';
import { findSecret, secretMissing, type SecretResolver } from '../secrets/resolver.js';

/** Milliseconds that the place of a key may take to answer. */
const lookupMs = 10_000;

/** An account as code gives it. */
export interface AccountOptions {
  /** The key itself, or a reference that is looked up whenever it is needed. */
  apiKey: string | SecretRef;
  /** Default: the provider's public server. */
  baseUrl?: string;
  /** What the account allows. Default: no limits. */
  limits?: Limits;
}

/** The accounts of a worker: by name, or a function, such as for one key per customer. */
export type Accounts =
  | Record<string, AccountOptions>
  | ((name: string) => AccountOptions | undefined | Promise<AccountOptions | undefined>);

/** Looks accounts up in what code gives, then in what is configured. */
export function accountLookup(
  configured: readonly AccountSetting[],
  secrets: SecretResolver,
  given?: Accounts,
): AccountLookup {
  return async (name) => {
    const own = typeof given === 'function' ? await given(name) : given?.[name];
    const account: AccountOptions | undefined = own ?? configured.find((setting) => setting.name === name);
    const provider = name.startsWith('anchor/') ? 'anchor' : 'browserbase';
    if (!account) throw unknownAccount(name, provider);
    const apiKey = isSecretRef(account.apiKey) ? await resolveKey(name, account.apiKey, secrets) : account.apiKey;
    return { name, provider, apiKey, baseUrl: account.baseUrl ?? publicServers[provider] };
  };
}

/** Whether accounts can be looked up at all. */
export function accountCheck(lookUp: AccountLookup): (account: string) => Promise<boolean> {
  return async (name) => {
    try {
      await lookUp(name);
      return true;
    } catch {
      return false;
    }
  };
}

/** Looks up what accounts allow, in the same places. */
export function limitLookup(
  configured: readonly AccountSetting[],
  given?: Accounts,
): (account: string) => Promise<Limits> {
  return async (name) => {
    const own = typeof given === 'function' ? await given(name) : given?.[name];
    return own?.limits ?? limitsIn(configured, name);
  };
}

/** Whether an account is known by name to admit; a function of accounts is not asked. */
export function admitsKnown(configured: readonly AccountSetting[], given?: Accounts): (account: string) => boolean {
  return (name) => {
    const own = typeof given === 'object' ? given[name] : undefined;
    return limitsStarts(own?.limits ?? limitsIn(configured, name));
  };
}

async function resolveKey(name: string, { $secret }: SecretRef, secrets: SecretResolver): Promise<string> {
  const key = await findSecret($secret, secrets, lookupMs);
  if (key) return key;
  throw secretMissing($secret, `The API key of the account '${name}' (${$secret})`);
}

function unknownAccount(name: string, provider: 'anchor' | 'browserbase'): PerdureError {
  const variable = provider === 'anchor' ? 'ANCHORBROWSER_API_KEY' : 'BROWSERBASE_API_KEY';
  return new PerdureError({
    code: 'account-unknown',
    message: `This worker has no account '${name}'.`,
    hint: name.endsWith('/default')
      ? `Set ${variable} where the worker runs, and restart it.`
      : 'Add it under accounts in perdure.config.yaml, or give it to the worker in code.',
  });
}
