import { z } from 'zod';
import type { Limits } from '../core/admission.js';
import type { ProviderName } from '../core/endpoints.js';
import { providerNames } from '../core/endpoints.js';
import { type SecretRef, secret } from '../core/secret.js';
import { accountName, deploymentName } from './account.js';
import { secretText } from './secret.js';

/** One API key at one provider, as configuration gives it. */
export interface AccountConfig {
  /** `<provider>/<name>`. */
  name: string;
  provider: ProviderName;
  apiKey: SecretRef;
  /** Absent: the provider's public server. */
  baseUrl?: string;
  limits?: Limits;
}

/** What `perdure.config.yaml` says. */
export interface Config {
  accounts: AccountConfig[];
  taskQueue?: string;
  deployment?: string;
}

const count = z.int().min(1).max(1_000_000);

/** What an account allows. */
export const limits = z.strictObject({
  concurrentRuns: count.optional(),
  startsPerMinute: count.optional(),
  requestsPerMinute: count.optional(),
}) satisfies z.ZodType<Limits>;

const environmentName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, { error: 'the name of an environment variable' });

/** The address of a provider's server. */
export const baseUrl = z.string().refine(isServer, {
  params: { expected: 'an http or https address without user, query and fragment' },
});

const accountEntry = z
  .strictObject({
    provider: z.enum(providerNames).optional(),
    apiKey: secretText.optional(),
    apiKeyEnv: environmentName.optional(),
    baseUrl: baseUrl.optional(),
    limits: limits.optional(),
  })
  .superRefine((entry, context) => {
    if ((entry.apiKey === undefined) === (entry.apiKeyEnv === undefined)) {
      const params = {
        expected: 'one of apiKey and apiKeyEnv',
        hint: 'Keys stay out of the file: write apiKey: ${env:NAME}, or apiKeyEnv: NAME.',
      };
      context.addIssue({ code: 'custom', params });
    }
  });

/** The file `perdure.config.yaml`; comes out as {@link Config}. */
export const config = z
  .strictObject({
    accounts: z.record(accountName, accountEntry).default({}),
    taskQueue: z
      .string()
      .regex(/^[^\s\p{C}]{1,200}$/u, { error: 'a name without spaces' })
      .optional(),
    deployment: deploymentName.optional(),
  })
  .superRefine(({ accounts }, context) => {
    for (const [name, { provider }] of Object.entries(accounts)) {
      if (provider === undefined || name.startsWith(`${provider}/`)) continue;
      const params = { expected: `the provider that the account's name begins with` };
      context.addIssue({ code: 'custom', path: ['accounts', name, 'provider'], params });
    }
  })
  .transform(({ accounts, ...rest }): Config => ({ ...rest, accounts: Object.entries(accounts).map(toAccount) }));

function toAccount([name, entry]: [string, z.output<typeof accountEntry>]): AccountConfig {
  const provider = name.startsWith('anchor/') ? 'anchor' : 'browserbase';
  const { baseUrl: address, limits: allowed } = entry;
  return {
    name,
    provider,
    apiKey: keyOf(entry),
    ...(address !== undefined && { baseUrl: address }),
    ...(allowed && { limits: allowed }),
  };
}

function keyOf({ apiKey, apiKeyEnv = '' }: z.output<typeof accountEntry>): SecretRef {
  if (apiKey === undefined) return secret(`env:${apiKeyEnv}`);
  return typeof apiKey === 'string' ? secret(apiKey.slice('${'.length, -1)) : apiKey;
}

function isServer(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  const plain = url.username === '' && url.password === '' && url.search === '' && url.hash === '';
  return plain && ['http:', 'https:'].includes(url.protocol);
}
