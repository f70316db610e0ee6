import type { Channel } from '../core/channel.js';
import { oneLine } from '../http/error-mapping.js';
import { type Letter, termsOf, titleOf } from './letter.js';
import { post } from './post.js';
import { slackMessage } from './slack.js';
import { signWebhook, webhookBody, webhookId } from './standard-webhook.js';

/** What delivering needs. */
export interface Delivery {
  /** The value of what the channel's configuration gives or refers to. */
  resolve(given: Exclude<Channel, { type: 'console' }>['url']): Promise<string>;
  /** Writes one line to the log of the worker. */
  log(line: string): void;
  timeoutMs: number;
  signal?: AbortSignal;
}

/** Tells one channel, once. Throws a `PerdureError` in which no secret of the channel is. */
export async function deliver(channel: Channel, letter: Letter, delivery: Delivery): Promise<void> {
  const { name } = channel;
  const { resolve, log, timeoutMs, signal } = delivery;
  switch (channel.type) {
    case 'console':
      return log(consoleLine(letter));
    case 'slack': {
      const url = await resolve(channel.url);
      return post({ channel: name, url, headers: {}, body: slackMessage(letter), timeoutMs, signal });
    }
    case 'webhook': {
      const [url, secret] = [await resolve(channel.url), await resolve(channel.secret)];
      const body = webhookBody(letter);
      const headers = signWebhook(secret, webhookId(letter.notice.id), JSON.stringify(body), Date.now());
      return post({ channel: name, url, headers, body, timeoutMs, signal });
    }
  }
}

/** No signed link is in it: logs are read by others than the addressees. */
function consoleLine({ notice, page }: Letter): string {
  return oneLine([titleOf(notice), termsOf(notice), page].filter((part) => part !== '').join(' | '), 4000);
}
