import { z } from 'zod';
import type { Limits } from '../core/admission.js';
import type { Prices } from '../core/prices.js';
import type { ProviderName } from '../core/endpoints.js';
import { providerNames } from '../core/endpoints.js';
import type { Channel, InboxPlace, Reviewer } from '../core/channel.js';
import type { SecretRef } from '../core/secret.js';
import { accountName, deploymentName } from './account.js';
import { channels, inbox, reviewers } from './channels.js';
import { environmentName, referenceOf, secretText } from './secret.js';
import { serverAddress } from './server-address.js';

/** One API key at one provider, as configuration gives it. */
export interface AccountConfig {
  /** `<provider>/<name>`. */
  name: string;
  provider: ProviderName;
  apiKey: SecretRef;
  /** What the provider's webhooks are signed with; Anchor's alone. */
  webhookSecret?: SecretRef;
  /** Absent: the provider's public server. */
  baseUrl?: string;
  limits?: Limits;
}

/** What `perdure.config.yaml` says. */
export interface Config {
  accounts: AccountConfig[];
  taskQueue?: string;
  deployment?: string;
  /** A folder. */
  files?: string;
  channels?: Channel[];
  inbox?: InboxPlace;
  reviewers?: Record<string, Reviewer>;
  prices?: Prices;
}

const count = z.int().min(1).max(1_000_000);

/** What an account allows. */
export const limits = z.strictObject({
  concurrentRuns: count.optional(),
  startsPerMinute: count.optional(),
  requestsPerMinute: count.optional(),
}) satisfies z.ZodType<Limits>;

const price = z.number().min(0).max(1_000_000);

/** What things cost, in whatever unit budgets are in. */
const prices = z.strictObject({
  anchor: z.strictObject({ perCredit: price, creditsPerStep: price.optional() }).optional(),
  browserbase: z.strictObject({ perBrowserHour: price }).optional(),
}) satisfies z.ZodType<Prices>;

const accountEntry = z
  .strictObject({
    provider: z.enum(providerNames).optional(),
    apiKey: secretText.optional(),
    apiKeyEnv: environmentName.optional(),
    webhookSecret: secretText.optional(),
    webhookSecretEnv: environmentName.optional(),
    baseUrl: serverAddress.optional(),
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
    if (entry.webhookSecret !== undefined && entry.webhookSecretEnv !== undefined) {
      const params = { expected: 'only one of webhookSecret and webhookSecretEnv' };
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
    files: z.string().min(1).optional(),
    channels: channels.optional(),
    inbox: inbox.optional(),
    reviewers: reviewers.optional(),
    prices: prices.optional(),
  })
  .superRefine(({ accounts }, context) => {
    for (const [name, { provider, webhookSecret, webhookSecretEnv }] of Object.entries(accounts)) {
      if (!name.startsWith('anchor/') && (webhookSecret ?? webhookSecretEnv) !== undefined) {
        const field = webhookSecret === undefined ? 'webhookSecretEnv' : 'webhookSecret';
        const params = { expected: "nothing here: only Anchor's accounts have webhooks" };
        context.addIssue({ code: 'custom', path: ['accounts', name, field], params });
      }
      if (provider === undefined || name.startsWith(`${provider}/`)) continue;
      const params = { expected: `the provider that the account's name begins with` };
      context.addIssue({ code: 'custom', path: ['accounts', name, 'provider'], params });
    }
  })
  .transform(({ accounts, ...rest }): Config => ({ ...rest, accounts: Object.entries(accounts).map(toAccount) }));

function toAccount([name, entry]: [string, z.output<typeof accountEntry>]): AccountConfig {
  const provider = name.startsWith('anchor/') ? 'anchor' : 'browserbase';
  const { baseUrl: address, limits: allowed, webhookSecret, webhookSecretEnv } = entry;
  const hooks = (webhookSecret ?? webhookSecretEnv) !== undefined;
  return {
    name,
    provider,
    apiKey: referenceOf(entry.apiKey, entry.apiKeyEnv),
    ...(hooks && { webhookSecret: referenceOf(webhookSecret, webhookSecretEnv) }),
    ...(address !== undefined && { baseUrl: address }),
    ...(allowed && { limits: allowed }),
  };
}
