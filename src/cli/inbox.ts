import { randomBytes } from 'node:crypto';
import { openClient } from '../client/connection.js';
import { homeDeployment } from '../client/deployment.js';
import { hastenAccount } from '../client/hasten.js';
import { belongsTo } from '../client/own-runs.js';
import { Perdure } from '../client/perdure.js';
import { dataConverterOf } from '../client/secret-settings.js';
import type { Settings } from '../client/settings.js';
import { pagesOf } from '../client/temporal-pages.js';
import type { TemporalTarget } from '../client/temporal-target.js';
import { isPerdureError } from '../core/errors.js';
import { type RunningInbox, startInbox } from '../inbox/index.js';
import type { InboxOptions } from '../inbox/index.js';
import { homeSealKeys } from '../secrets/home-key.js';
import { InboxTokens } from '../secrets/inbox-tokens.js';
import { LinkSigner } from '../secrets/links.js';
import type { Accounts } from '../worker/index.js';
import type { Closing } from './closing.js';
import type { CommandContext } from './context.js';
import { noteInbox } from './inbox-place.js';
import { providersOf, webhookSecretsOf } from './providers.js';
import { userName } from './user-name.js';

/** What an inbox of `perdure up` is started with. */
export interface InboxPlace {
  target: TemporalTarget;
  accounts?: Accounts;
  /** `--inbox-port`. */
  port?: number;
}

/** An inbox that is up, and how to sign in where nobody chose a token. */
export interface OpenInbox {
  url: string;
  made?: { name: string; token: string };
}

/** Starts the inbox beside a worker. Throws `server-port-taken`, `config-invalid`. */
export async function openInbox(
  context: CommandContext,
  settings: Settings,
  place: InboxPlace,
  closing: Closing,
): Promise<OpenInbox> {
  const made = settings.inboxTokens.value ? undefined : { name: userName(context.env), token: newToken() };
  const tokens = settings.inboxTokens.value ?? new InboxTokens(made ? [made] : []);
  const options = await optionsOf(context, settings, place, closing);
  const inbox = await listen(context, settings, { options: { ...options, tokens }, port: place.port });
  closing.add(() => inbox.stop());
  tellCommands(context, settings, inbox.url, closing);
  return { url: inbox.url, ...(made && { made }) };
}

/** Lets the commands of this home know where the inbox is; where nobody can be told, it serves all the same. */
function tellCommands({ output }: CommandContext, { home, inbox }: Settings, url: string, closing: Closing): void {
  if (inbox.url.source !== 'default') return;
  try {
    const forget = noteInbox(home.value, url);
    closing.add(() => Promise.resolve(forget()));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    output.note(`Other commands will look for the inbox at ${inbox.url.value}: ${why}`);
  }
}

async function optionsOf(
  context: CommandContext,
  settings: Settings,
  { target, accounts }: InboxPlace,
  closing: Closing,
): Promise<Omit<InboxOptions, 'tokens'>> {
  const note = (line: string) => context.output.note(line);
  const client = await openClient(target, { dataConverter: dataConverterOf(settings) });
  closing.add(() => client.connection.close());
  const providers = providersOf(context, settings, accounts);
  closing.add(() => providers.close());
  const taskQueue = settings.taskQueue.value;
  const deployment = settings.deployment.value ?? homeDeployment(settings.home.value);
  const perdure = new Perdure({
    client,
    onTrouble: note,
    home: settings.home.value,
    taskQueue,
    deployment: () => deployment,
    close: () => Promise.resolve(),
  });
  const keys = settings.sealKeys.value ?? homeSealKeys(settings.home.value);
  const temporalUi = pagesOf(target);
  return {
    perdure,
    deployment,
    keys,
    links: new LinkSigner(keys),
    reviewers: settings.reviewers.value,
    prices: settings.prices.value,
    belongs: (workflowId) => belongsTo(client, workflowId, deployment),
    bounded: (ms, work) => client.withDeadline(Date.now() + ms, work),
    provider: (account) => providers.provider(account),
    webhooks: await webhookSecretsOf(context, settings, note),
    hasten: (account, ids) => hastenAccount(client, { account, ids }, taskQueue),
    ...(temporalUi && { temporalUi }),
    ...(settings.inbox.url.source !== 'default' && { url: settings.inbox.url.value }),
    onTrouble: note,
  };
}

/** Another port than the usual one is taken only where nobody counts on it: links that were sent before do. */
async function listen(
  { output }: CommandContext,
  { inbox, inboxTokens, channels }: Settings,
  { options, port }: { options: InboxOptions; port: number | undefined },
): Promise<RunningInbox> {
  const host = inbox.host.value;
  const tokensConfigured = inboxTokens.value !== undefined;
  const free = port === undefined && inbox.port.source === 'default' && channels.value.length === 0;
  try {
    return await startInbox(options, { host, port: port ?? inbox.port.value, tokensConfigured });
  } catch (error) {
    if (!free || !isPerdureError(error, 'server-port-taken')) throw error;
    output.note(`Port ${inbox.port.value} is taken, so that the inbox takes another.`);
    return startInbox(options, { host, port: 0, tokensConfigured });
  }
}

function newToken(): string {
  return randomBytes(24).toString('hex');
}
