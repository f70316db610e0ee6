import type { Channel, Reviewer } from '../core/channel.js';
import type { Prices } from '../core/prices.js';
import type { Config } from '../schemas/config.js';
import { type InboxTokens, parseTokens } from '../secrets/inbox-tokens.js';
import type { Env, Setting } from './settings.js';

/** How people are told and answer. */
export interface PeopleSettings {
  channels: Setting<readonly Channel[]>;
  inbox: InboxSettings;
  /** By name. */
  reviewers: Setting<Readonly<Record<string, Reviewer>>>;
  /** What budgets count money by. */
  prices: Setting<Prices>;
  /** Undefined: one is made by `perdure up`, which shows it. */
  inboxTokens: Setting<InboxTokens | undefined>;
}

/** Where the inbox listens, and how it is reached. */
interface InboxSettings {
  /** What links begin with, without a slash at the end. Default: `http://<host>:<port>`. */
  url: Setting<string>;
  host: Setting<string>;
  port: Setting<number>;
}

const defaultInboxPort = 7300;

/** Reads these settings; only the tokens come from the environment. Throws `config-invalid`, never with a token. */
export function peopleSettings(env: Env, config: Config, file: string | undefined): PeopleSettings {
  const pick = <T>(given: T | undefined, other: T): Setting<T> =>
    given === undefined ? { value: other, source: 'default' } : { value: given, source: 'file', from: file };
  const host = pick(config.inbox?.host, '127.0.0.1');
  const port = pick(config.inbox?.port, defaultInboxPort);
  const url = pick(config.inbox?.url?.replace(/\/+$/, ''), inboxAddress(host.value, port.value));
  return {
    channels: pick(config.channels, []),
    inbox: { url, host, port },
    reviewers: pick(config.reviewers, {}),
    prices: pick(config.prices, {}),
    inboxTokens: readTokens(env),
  };
}

/** The address of an inbox by where it listens; one that listens everywhere is found at this machine. */
export function inboxAddress(host: string, port: number): string {
  const name = ['0.0.0.0', '::'].includes(host) ? '127.0.0.1' : host;
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`;
}

function readTokens(env: Env): Setting<InboxTokens | undefined> {
  const name = 'PERDURE_INBOX_TOKENS';
  const text = env[name];
  if (!text) return { value: undefined, source: 'default' };
  return { value: parseTokens(text, name), source: 'environment', from: name };
}
