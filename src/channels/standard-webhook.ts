import { createHash, createHmac } from 'node:crypto';
import type { Letter } from './letter.js';

/** What a webhook is sent with, after Standard Webhooks. */
export type WebhookHeaders = Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string>;

/** The body of a webhook: the notice, its page in the inbox, and a signed link for each addressee. */
export function webhookBody({ notice, page, links }: Letter): object {
  return { ...notice, page, links };
}

/** The same however often a notice is sent; a notice's own id may have what no header carries. */
export function webhookId(noticeId: string): string {
  return `msg_${createHash('sha256').update(noticeId).digest('base64url')}`;
}

/** Signs a body as it is sent now (epoch milliseconds). */
export function signWebhook(secret: string, id: string, body: string, now: number): WebhookHeaders {
  const timestamp = String(Math.floor(now / 1000));
  const signature = createHmac('sha256', keyOf(secret)).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
}

/** `whsec_` and base64 stand for bytes; any other text is the key itself. */
function keyOf(secret: string): Buffer {
  const [, encoded] = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(secret) ?? [];
  return encoded === undefined ? Buffer.from(secret) : Buffer.from(encoded, 'base64');
}
