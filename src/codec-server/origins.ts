import type { MiddlewareHandler } from 'hono';
import { PerdureError } from '../core/errors.js';

/** Answers the pages of these places, as browsers ask whether it does, and refuses those of all others. */
export function answerOrigins(origins: readonly string[]): MiddlewareHandler {
  return async (c, next) => {
    const origin = c.req.header('origin');
    // Who is not a browser's page says nothing, and shows a token.
    if (origin === undefined || isOwn(origin, c.req.header('host'))) return next();
    c.header('Vary', 'Origin');
    if (!origins.includes(origin)) throw refused(origins);
    c.header('Access-Control-Allow-Origin', origin);
    c.header('Access-Control-Allow-Credentials', 'true');
    if (c.req.method !== 'OPTIONS') return next();
    c.header('Access-Control-Allow-Methods', 'POST');
    c.header('Access-Control-Allow-Headers', c.req.header('access-control-request-headers') ?? 'content-type');
    c.header('Access-Control-Max-Age', '600');
    return c.body(null, 204);
  };
}

function isOwn(origin: string, host: string | undefined): boolean {
  return URL.canParse(origin) && new URL(origin).host === host;
}

function refused(origins: readonly string[]): PerdureError {
  return new PerdureError({
    code: 'request-forged',
    message: `A page of another place asked; this codec server answers those of ${origins.join(', ')}.`,
    hint: "If that is where Temporal's UI is, name it: perdure codec-server --origin <origin>",
  });
}
