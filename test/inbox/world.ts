import { type RunningInbox, startInbox } from '../../src/inbox/index.js';
import type { InboxOptions } from '../../src/inbox/options.js';
import { ProviderLookup } from '../../src/inbox/provider-lookup.js';
import { hastenAccount } from '../../src/client/hasten.js';
import { belongsTo } from '../../src/client/own-runs.js';
import { homeSealKeys } from '../../src/secrets/home-key.js';
import { InboxTokens } from '../../src/secrets/inbox-tokens.js';
import { LinkSigner } from '../../src/secrets/links.js';
import { type PerdureTest, perdureTest, type PerdureTestOptions } from '../../src/testing/perdure-test.js';
import { tokens } from './fake.js';

/** A server, simulated providers, a worker, and an inbox that listens. */
export interface InboxWorld extends PerdureTest {
  inbox: RunningInbox;
  links: LinkSigner;
  /** What the inbox said that it could not tell people. */
  troubles: string[];
  webhookSecret: string;
}

/** Opens a world whose waits are shorter than real, though long enough for a browser. */
export async function openWorld(
  options: PerdureTestOptions = {},
  change: Partial<InboxOptions> = {},
): Promise<InboxWorld> {
  const t = await perdureTest({ time: 'real', scale: 0.05, ...options });
  const { anchorUrl, browserbaseUrl, keys: apiKeys } = t.simulator;
  const providers = new ProviderLookup((name) =>
    name.startsWith('anchor/')
      ? { name, provider: 'anchor', apiKey: apiKeys.anchor[0] ?? '', baseUrl: anchorUrl }
      : { name, provider: 'browserbase', apiKey: apiKeys.browserbase[0] ?? '', baseUrl: browserbaseUrl },
  );
  const keys = homeSealKeys(t.home);
  const links = new LinkSigner(keys);
  const troubles: string[] = [];
  const webhookSecret = 'whsec-of-the-test';
  const inbox = await startInbox(
    {
      perdure: t.perdure,
      tokens: new InboxTokens(Object.entries(tokens).map(([name, token]) => ({ name, token }))),
      reviewers: { ann: { groups: ['finance'], service: false }, portal: { groups: [], service: true } },
      deployment: 'test',
      belongs: (workflowId) => belongsTo(t.client, workflowId, 'test'),
      bounded: (ms, work) => t.client.withDeadline(Date.now() + ms, work),
      keys,
      links,
      provider: (account) => providers.provider(account),
      webhooks: [{ account: 'anchor/default', secret: webhookSecret }],
      hasten: (account, ids) => hastenAccount(t.client, { account, ids }, t.taskQueue),
      onTrouble: (line) => void troubles.push(line),
      ...change,
    },
    { port: 0, tokensConfigured: true },
  );
  return {
    ...t,
    inbox,
    links,
    troubles,
    webhookSecret,
    close: async () => {
      await inbox.stop();
      await providers.close();
      await t.close();
    },
  };
}
