import type { PayloadCodec } from '@temporalio/common';
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { PerdureError } from '../core/errors.js';
import { addressUnknown, problemOf } from '../inbox/problem.js';
import type { InboxTokens } from '../secrets/inbox-tokens.js';
import { answerOrigins } from './origins.js';
import { readPayloads, writePayloads } from './payloads.js';
import { addSignIn, Visitors } from './visitors.js';

/** What a codec server works with. */
export interface CodecServerOptions {
  codec: PayloadCodec;
  /** Who may use it. */
  tokens: InboxTokens;
  /** Where Temporal's UI is, each such as `http://localhost:8233`: the pages of no other place are answered. */
  origins: readonly string[];
}

/** A batch of payloads is smaller than a message of Temporal's, which has 4 MiB; base64 makes a third more of it. */
const mostBytes = 8 * 1024 * 1024;

/** Makes a codec server as Temporal's UI and command line use it: `POST …/decode` and `POST …/encode`. */
export function createCodecServer({ codec, tokens, origins }: CodecServerOptions): Hono {
  const app = new Hono();
  const visitors = new Visitors(tokens);
  app.use(async (c, next) => {
    await next();
    c.header('Cache-Control', 'no-store');
    c.header('X-Content-Type-Options', 'nosniff');
    c.header('Referrer-Policy', 'no-referrer');
  });
  app.use(answerOrigins(origins));
  app.onError((failure, c) => tell(c, failure));
  app.notFound(() => {
    throw addressUnknown();
  });
  app.get('/health', (c) => c.json({ up: true }));
  addSignIn(app, visitors, origins);
  app.use(bodyLimit({ maxSize: mostBytes, onError: tooLarge }));
  // Only the last part of the address counts, so that a proxy may put it anywhere.
  app.post('*', async (c) => {
    const [, verb] = /\/(decode|encode)$/.exec(c.req.path) ?? [];
    if (verb === undefined) throw addressUnknown();
    visitors.nameOf(c);
    const payloads = readPayloads(await bodyOf(c));
    return c.json(writePayloads(await (verb === 'decode' ? codec.decode(payloads) : codec.encode(payloads))));
  });
  return app;
}

async function bodyOf(c: Context): Promise<unknown> {
  try {
    return JSON.parse(await c.req.text()) as unknown;
  } catch (error) {
    // Too much of it is said as it is.
    if (error instanceof PerdureError) throw error;
    return undefined;
  }
}

function tell(c: Context, failure: Error): Response {
  const { status, code, message, hint, retryAfter } = problemOf(failure);
  if (retryAfter !== undefined) c.header('Retry-After', String(retryAfter));
  if (status === 401) c.header('WWW-Authenticate', 'Bearer realm="perdure"');
  return c.json({ error: { code, message, ...(hint !== undefined && { hint }) } }, status);
}

function tooLarge(): never {
  throw new PerdureError({
    code: 'body-too-large',
    message: `The body is larger than ${mostBytes / 1024 / 1024} MiB.`,
    hint: 'Send fewer payloads at once.',
  });
}
