import type { Channel, Reviewer } from '../core/channel.js';
import type { Prices } from '../core/prices.js';
import type { z } from 'zod';
import { interfaceName } from '../schemas/channels.js';
import type { Config } from '../schemas/config.js';
import { parse } from '../schemas/parse.js';
import { serverAddress } from '../schemas/server-address.js';
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

/** Reads these settings; tokens come from the environment alone, the inbox's place also from there. Throws `config-invalid`, never with a token. */
export function peopleSettings(env: Env, config: Config, file: string | undefined): PeopleSettings {
  const pick = <T>(given: T | undefined, other: T): Setting<T> =>
    given === undefined ? { value: other, source: 'default' } : { value: given, source: 'file', from: file };
  const given = placeIn(env);
  const host = given.host ?? pick(config.inbox?.host, '127.0.0.1');
  const port = pick(config.inbox?.port, defaultInboxPort);
  const url = given.url ?? pick(config.inbox?.url?.replace(/\/+$/, ''), inboxAddress(host.value, port.value));
  return {
    channels: pick(config.channels, []),
    inbox: { url, host, port },
    reviewers: pick(config.reviewers, {}),
    prices: pick(config.prices, {}),
    inboxTokens: readTokens(env),
  };
}

/** Where the environment puts the inbox, as a container has it, whose file is that of all. */
function placeIn(env: Env): { host?: Setting<string>; url?: Setting<string> } {
  const read = (name: string, schema: z.ZodType<string>): Setting<string> | undefined => {
    const text = env[name];
    if (!text) return undefined;
    return {
      value: parse(schema, text, name, 'config-invalid').replace(/\/+$/, ''),
      source: 'environment',
      from: name,
    };
  };
  const host = read('PERDURE_INBOX_HOST', interfaceName);
  const url = read('PERDURE_INBOX_URL', serverAddress);
  return { ...(host && { host }), ...(url && { url }) };
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
