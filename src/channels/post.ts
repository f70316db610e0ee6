import { isPerdureError, PerdureError } from '../core/errors.js';
import { createHttpClient } from '../http/client.js';

/** What is posted to a channel. */
export interface Post {
  /** Name of the channel, for messages. */
  channel: string;
  /** A secret: whoever has it may post there. */
  url: string;
  headers: Record<string, string>;
  body: unknown;
  timeoutMs: number;
  signal?: AbortSignal;
}

/** Answers that say "not now" though their kind is final. */
const passing = [408, 409, 425, 429];
const longestAnswer = 64 * 1024;

/**
 * Posts JSON, once. What it throws shows neither address nor answer, which may repeat it.
 * @throws PerdureError `channel-refused` for an answer that will not change; else `channel-unreachable`.
 */
export async function post({ channel, url, headers, body, timeoutMs, signal }: Post): Promise<void> {
  const { origin, pathname, search } = readUrl(channel, url);
  const client = createHttpClient({
    provider: channel,
    account: channel,
    baseUrl: origin,
    headers,
    maxBytes: longestAnswer,
  });
  const request = {
    method: 'POST',
    path: `${pathname}${search}`,
    shownAs: '/…',
    body,
    bodyless: true,
    fresh: true,
  } as const;
  try {
    await client.send(request, { timeoutMs, signal });
  } catch (error) {
    throw problemOf(channel, error);
  } finally {
    await client.close();
  }
}

function problemOf(channel: string, error: unknown): PerdureError {
  const { code, status, retryAfterMs } = isPerdureError(error)
    ? error
    : ({ code: 'internal' } as Partial<PerdureError>);
  if (status === undefined) {
    const how = code === 'provider-timeout' ? 'did not answer in time' : 'could not be reached';
    return new PerdureError({
      code: 'channel-unreachable',
      message: `The channel '${channel}' ${how}.`,
      hint: hints.away,
    });
  }
  const final = status >= 400 && status < 500 && !passing.includes(status);
  return new PerdureError({
    code: final ? 'channel-refused' : 'channel-unreachable',
    message: `The channel '${channel}' answered ${status}.`,
    hint: final ? hints.refused : hints.away,
    status,
    retryAfterMs,
  });
}

const hints = {
  refused: 'Look at its url and secret in the configuration of the worker, and at the receiver.',
  away: 'It is told later, for up to a day. Look at the receiver, and at its url in the configuration of the worker.',
};

/** The value of a reference is seen only now; it is not shown. */
function readUrl(channel: string, text: string): URL {
  const url = URL.canParse(text.trim()) ? new URL(text.trim()) : undefined;
  if (url && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '') return url;
  throw new PerdureError({
    code: 'config-invalid',
    message: `The url of the channel '${channel}' is not an http or https address without user and password.`,
    hint: 'Correct the value that its reference leads to, and restart the worker.',
  });
}
