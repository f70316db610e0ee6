import { formatDuration } from '../../core/duration.js';
import type { AccountSetting } from '../../client/account-settings.js';
import type { Env, Setting, Settings } from '../../client/settings.js';
import { embeddedTarget, externalTarget } from '../../client/temporal-target.js';
import type { Channel, Reviewer } from '../../core/channel.js';
import type { Prices } from '../../core/prices.js';
import { isSecretRef, type SecretRef } from '../../core/secret.js';
import type { KeyRing } from '../../secrets/key-ring.js';
import { configFile, settingsOf } from '../client.js';
import type { CommandContext } from '../context.js';
import { exits } from '../exit-codes.js';
import { findInbox } from '../inbox-place.js';
import { findKey } from '../key-place.js';
import { type Cell, layOut } from '../table.js';

interface Line {
  name: string;
  value: string;
  source: string;
}

/** Shows each setting with its source; of a key only where it would come from, and whether it is there. */
export async function config(context: CommandContext): Promise<number> {
  const { output } = context;
  const lines = await settingLines(context);
  const head: Cell[] = ['SETTING', 'VALUE', 'FROM'].map((text) => ({
    text,
    paint: (title) => output.paint('dim', title),
  }));
  output.say(layOut([head, ...lines.map(({ name, value, source }) => [name, value, source])]).join('\n'));
  output.data({ settings: lines });
  return exits.done;
}

async function settingLines(context: CommandContext): Promise<Line[]> {
  const { env } = context;
  const settings = settingsOf(context);
  const { home, taskQueue, deployment, retention, logLevel, accounts } = settings;
  const file = configFile(context);
  const target = externalTarget(env) ?? embeddedTarget(home.value);
  const line = (name: string, setting: Setting<string | undefined>, other = ''): Line => ({
    name,
    value: setting.value ?? other,
    source: sourceOf(setting),
  });
  return [
    { name: 'config', value: file ?? 'none', source: fileSource(context) },
    line('home', home),
    line('files', settings.files),
    { name: 'temporal', value: target?.address ?? 'embedded, not running', source: target?.from ?? 'default' },
    ...(target ? [{ name: 'namespace', value: target.namespace, source: target.from }] : []),
    ...(env.TEMPORAL_API_KEY ? [{ name: 'temporal key', value: 'set (not shown)', source: 'TEMPORAL_API_KEY' }] : []),
    line('taskQueue', taskQueue),
    line('deployment', deployment, 'made once, kept in the home'),
    line('retention', { ...retention, value: formatDuration(retention.value) }),
    line('logLevel', logLevel),
    line('secrets folder', settings.secretsFolder),
    line('seal keys', keysOf(settings.sealKeys), 'made once, kept in the home'),
    line('codec keys', keysOf(settings.codecKeys), 'none: nothing is encrypted'),
    line('codec strict', { ...settings.codecStrict, value: settings.codecStrict.value ? 'on' : 'off' }),
    ...(await Promise.all(accounts.map((account) => accountLine(account, settings, env)))),
    line('inbox', findInbox(settings)),
    line('inbox host', settings.inbox.host),
    line('inbox port', { ...settings.inbox.port, value: String(settings.inbox.port.value) }),
    line('inbox tokens', tokensOf(settings.inboxTokens), 'made and shown by perdure up'),
    ...(await Promise.all(settings.channels.value.map((channel) => channelLine(channel, settings, env)))),
    line('prices', pricesOf(settings.prices), 'none: no budget can count money'),
    ...Object.entries(settings.reviewers.value).map((reviewer) => reviewerLine(reviewer, settings)),
  ];
}

/** The ids of keys, which are no secret. */
function keysOf({ value, ...setting }: Setting<KeyRing | undefined>): Setting<string | undefined> {
  return { ...setting, value: value && `${value.ids.join(', ')} (keys not shown)` };
}

function pricesOf({ value, ...setting }: Setting<Prices>): Setting<string | undefined> {
  const { anchor, browserbase } = value;
  const perStep = anchor?.creditsPerStep === undefined ? '' : `, ${anchor.creditsPerStep} credits a step`;
  const words = [
    ...(anchor ? [`anchor ${anchor.perCredit} a credit${perStep}`] : []),
    ...(browserbase ? [`browserbase ${browserbase.perBrowserHour} a browser hour`] : []),
  ];
  return { ...setting, value: words.length > 0 ? words.join('; ') : undefined };
}

const stateText = { set: 'set (not shown)', missing: 'missing', elsewhere: 'looked up by the worker' } as const;

async function accountLine(account: AccountSetting, settings: Settings, env: Env): Promise<Line> {
  const { name, baseUrl, apiKey, webhookSecret } = account;
  const key = await placeText(apiKey, settings, env);
  const hooks = webhookSecret ? `, webhook secret ${await placeText(webhookSecret, settings, env)}` : '';
  return { name: `account ${name}`, value: `${baseUrl}, key ${key}${hooks}`, source: sourceOf(account) };
}

async function channelLine(channel: Channel, settings: Settings, env: Env): Promise<Line> {
  const parts: string[] = [channel.type];
  if (channel.type !== 'console') parts.push(`url ${await urlText(channel.url, settings, env)}`);
  if (channel.type === 'webhook') parts.push(`secret ${await placeText(channel.secret, settings, env)}`);
  parts.push(`told of ${channel.events.join(' ')}`);
  return { name: `channel ${channel.name}`, value: parts.join(', '), source: sourceOf(settings.channels) };
}

/** Path and query of a channel's address may be what allows to post there. */
async function urlText(url: string | SecretRef, settings: Settings, env: Env): Promise<string> {
  return isSecretRef(url) ? placeText(url, settings, env) : `${new URL(url).origin}/… (not shown)`;
}

async function placeText(ref: SecretRef, settings: Settings, env: Env): Promise<string> {
  const { place, state } = await findKey(ref, settings, env);
  return `${place} ${stateText[state]}`;
}

function reviewerLine([name, { groups, service }]: [string, Reviewer], { reviewers }: Settings): Line {
  const value = [groups.join(' ') || 'no groups', ...(service ? ['service'] : [])].join(', ');
  return { name: `reviewer ${name}`, value, source: sourceOf(reviewers) };
}

/** Whose tokens there are. */
function tokensOf({ value, ...setting }: Settings['inboxTokens']): Setting<string | undefined> {
  return { ...setting, value: value && `${value.names.join(', ')} (tokens not shown)` };
}

function sourceOf({ source, from }: Pick<Setting<unknown>, 'source' | 'from'>): string {
  return from ?? source;
}

function fileSource({ flags, env }: CommandContext): string {
  if (flags.config !== undefined) return 'flag';
  return env.PERDURE_CONFIG ? 'PERDURE_CONFIG' : 'default';
}
