import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Context } from 'hono';
import { z } from 'zod';
import { PerdureError } from '../core/errors.js';
import type { Desk, InboxEnv } from './desk.js';
import type { WebhookSecret } from './options.js';

/** Milliseconds that a delivery may be old, or ahead of this clock. */
const mostAge = 120_000;
const mostRemembered = 10_000;

const envelope = z.looseObject({ id: z.string().min(1).max(200), type: z.string(), data: z.unknown().optional() });

/** Ids of events that were heard, so that one that is delivered again does nothing. */
export class HeardEvents {
  readonly #heard = new Map<string, number>();

  constructor(private readonly now: () => number = Date.now) {}

  /** Whether an event is new; from then on it is not. */
  isNew(id: string): boolean {
    const old = this.now() - 2 * mostAge;
    for (const [each, at] of this.#heard) {
      if (at > old && this.#heard.size < mostRemembered) break;
      this.#heard.delete(each);
    }
    if (this.#heard.has(id)) return false;
    this.#heard.set(id, this.now());
    return true;
  }

  /** Takes back what could not be acted upon: its next delivery is heard. */
  forget(id: string): void {
    this.#heard.delete(id);
  }
}

/** Answers Anchor's webhooks: one that is verified and new has the account's runs looked at now. */
export function anchorWebhook(desk: Desk): (c: Context<InboxEnv>) => Promise<Response> {
  const heard = new HeardEvents();
  const { webhooks = [], hasten } = desk.options;
  return async (c) => {
    const body = Buffer.from(await c.req.arrayBuffer());
    const account = signerOf(webhooks, c.req.header('anchor-signature') ?? '', body);
    if (account === undefined) throw refused();
    const event = readEvent(body);
    if (!event) throw unreadable();
    if (!heard.isNew(`${account} ${event.id}`)) return c.json({ received: true, repeated: true });
    try {
      await desk.ask(async () => hasten?.(account, idsIn(event.data)));
    } catch (error) {
      heard.forget(`${account} ${event.id}`);
      throw error;
    }
    return c.json({ received: true });
  };
}

/** The account whose secret signed the body just now; undefined where none did. */
export function signerOf(
  secrets: readonly WebhookSecret[],
  header: string,
  body: Uint8Array,
  now = Date.now(),
): string | undefined {
  const parts = header.split(',').map((part) => part.trim().split('='));
  const at = parts.find(([name]) => name === 't')?.[1] ?? '';
  if (!/^\d{1,15}$/.test(at)) return undefined;
  // Seconds, or milliseconds: providers differ, and the document does not say.
  const ms = at.length > 11 ? Number(at) : Number(at) * 1000;
  if (Math.abs(now - ms) > mostAge) return undefined;
  const given = parts.filter(([name]) => name === 'v1').map(([, hex = '']) => Buffer.from(hex, 'hex'));
  const signer = secrets.find(({ secret }) => {
    const right = createHmac('sha256', secret).update(`v0:${at}:`).update(body).digest();
    return given.some((each) => each.length === right.length && timingSafeEqual(each, right));
  });
  return signer?.account;
}

function readEvent(body: Buffer): z.output<typeof envelope> | undefined {
  try {
    const read = envelope.safeParse(JSON.parse(body.toString('utf8')));
    return read.success ? read.data : undefined;
  } catch {
    return undefined;
  }
}

const idName = /^(session|run|workflow|execution|taskrun|task_run|executionresult|execution_result)_?id$/i;
const deepest = 4;
const mostIds = 100;

/** The ids of runs and sessions in an event, whose shape Anchor does not document. */
export function idsIn(data: unknown, depth = 0): string[] {
  if (typeof data !== 'object' || data === null || depth > deepest) return [];
  const ids = Object.entries(data).flatMap(([name, value]) => {
    if (typeof value === 'string') return idName.test(name) && value !== '' && value.length <= 200 ? [value] : [];
    return idsIn(value, depth + 1);
  });
  return [...new Set(ids)].slice(0, mostIds);
}

function refused(): PerdureError {
  return new PerdureError({
    code: 'webhook-refused',
    message: 'The webhook is not signed with a secret that is known here, or is older than two minutes.',
    hint: 'Set ANCHORBROWSER_WEBHOOK_SECRET to the secret that Anchor shows for this webhook.',
  });
}

function unreadable(): PerdureError {
  return new PerdureError({ code: 'bad-input', message: 'The webhook is signed, but is no event with an id.' });
}
