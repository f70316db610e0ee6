import { getConnInfo } from '@hono/node-server/conninfo';
import type { Context, MiddlewareHandler } from 'hono';
import { getCookie } from 'hono/cookie';
import { PerdureError } from '../core/errors.js';
import type { Desk, InboxEnv } from './desk.js';
import { personOf } from './person.js';
import { forged, tokenRefused } from './problem.js';

/** The cookie of those who have signed in. */
export const sessionCookie = 'perdure_inbox';

/** The name of the field that every form carries. */
export const csrfField = 'csrf';

/** Headers that every answer has: nothing is kept, framed, or told to other sites, and only the inbox's own script runs. */
export const safeHeaders: MiddlewareHandler<InboxEnv> = async (c, next) => {
  await next();
  const frames = c.get('frames');
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    ...(frames ? [`frame-src ${frames}`] : []),
  ];
  c.header('Content-Security-Policy', policy.join('; '));
  c.header('Referrer-Policy', 'no-referrer');
  c.header('X-Content-Type-Options', 'nosniff');
  c.header('X-Frame-Options', 'DENY');
  c.header('Cross-Origin-Opener-Policy', 'same-origin');
  c.header('Cross-Origin-Resource-Policy', 'same-origin');
  if (!c.res.headers.has('Cache-Control')) c.header('Cache-Control', 'no-store');
};

/** Lets those in who have signed in; others get `refuse`. */
export function signedIn(
  { sessions, reviewers }: Desk,
  refuse: (c: Context<InboxEnv>) => Response | Promise<Response>,
): MiddlewareHandler<InboxEnv> {
  return async (c, next) => {
    const session = sessions.read(getCookie(c, sessionCookie) ?? '');
    if (!session) return refuse(c);
    c.set('session', session);
    c.set('person', personOf(session.name, reviewers));
    return next();
  };
}

/** Lets those in who send a token as `Authorization: Bearer`. Throws `token-refused`, `too-many-tries`. */
export function bearer(desk: Desk): MiddlewareHandler<InboxEnv> {
  return async (c, next) => {
    const [, token] = /^Bearer +(\S+)$/i.exec(c.req.header('authorization') ?? '') ?? [];
    if (token === undefined) throw tokenRefused();
    c.set('person', personOf(identify(desk, c, token), desk.reviewers));
    return next();
  };
}

/**
 * Whose token it is; a right one is heard from wherever it comes, since one place may be many people behind a proxy.
 * Throws `token-refused`; `too-many-tries` after ten different wrong ones from one place.
 */
export function identify({ tokens, attempts }: Pick<Desk, 'tokens' | 'attempts'>, c: Context, token: string): string {
  const name = tokens.nameOf(token);
  if (name !== undefined) return name;
  const place = placeOf(c);
  const seconds = attempts.blockedFor(place);
  if (seconds !== undefined) throw tooMany(seconds);
  attempts.failed(place, token);
  throw tokenRefused();
}

/** Refuses what another site sends. Throws `request-forged`. */
export function fromOwnPage({ options }: Desk): MiddlewareHandler<InboxEnv> {
  return async (c, next) => {
    if (c.req.method !== 'GET' && c.req.method !== 'HEAD' && !isFromHere(c, options.url)) throw forged();
    return next();
  };
}

/** Refuses a form that was not made for this sign-in. Throws `request-forged`. */
export function requireOwnForm({ sessions }: Desk, c: Context<InboxEnv>, csrf: unknown): void {
  const cookie = getCookie(c, sessionCookie) ?? '';
  if (typeof csrf !== 'string' || !sessions.isOwn(cookie, csrf)) throw forged();
}

/**
 * What browsers say of where a request comes from. `Origin` is `null` for forms of pages that send no referrer, and
 * those who are not browsers say nothing: the form's own token has to do then.
 */
function isFromHere(c: Context, url: string | undefined): boolean {
  const site = c.req.header('sec-fetch-site');
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  const origin = c.req.header('origin');
  if (origin === undefined || origin === 'null') return true;
  if (!URL.canParse(origin)) return false;
  const hosts = [c.req.header('host'), ...(url === undefined ? [] : [new URL(url).host])];
  return hosts.includes(new URL(origin).host);
}

function placeOf(c: Context): string {
  try {
    return getConnInfo(c).remote.address ?? '';
  } catch {
    // Without a socket, as in tests, all come from one place.
    return '';
  }
}

function tooMany(seconds: number): PerdureError {
  return new PerdureError({
    code: 'too-many-tries',
    message: `Too many wrong tokens came from there. The next one is heard in ${seconds} seconds.`,
    retryAfterMs: seconds * 1000,
  });
}
