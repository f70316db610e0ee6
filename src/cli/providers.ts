import type { Settings } from '../client/settings.js';
import { ProviderLookup } from '../inbox/index.js';
import { findSecret } from '../secrets/resolver.js';
import { accountLookup } from '../worker/accounts.js';
import type { Accounts } from '../worker/index.js';
import { workerSecrets } from '../worker/secrets.js';
import type { CommandContext } from './context.js';

const lookupMs = 10_000;

/** The providers that this process reaches by its settings. */
export function providersOf({ env }: CommandContext, settings: Settings, given?: Accounts): ProviderLookup {
  return new ProviderLookup(accountLookup(settings.accounts, workerSecrets({}, env, settings), given));
}

/** What Anchor's webhooks are signed with, of the accounts that have any; `missing` is told which secret is not there. */
export async function webhookSecretsOf(
  { env }: CommandContext,
  settings: Settings,
  missing: (line: string) => void,
): Promise<{ account: string; secret: string }[]> {
  const secrets = workerSecrets({}, env, settings);
  const found = settings.accounts.map(async ({ name, webhookSecret }) => {
    if (!webhookSecret) return [];
    const secret = await findSecret(webhookSecret.$secret, secrets, lookupMs);
    if (secret) return [{ account: name, secret }];
    missing(`The webhook secret of ${name} (${webhookSecret.$secret}) is not there: its webhooks are refused.`);
    return [];
  });
  return (await Promise.all(found)).flat();
}
