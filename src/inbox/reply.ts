import type { Context } from 'hono';
import type { JSX } from 'hono/jsx/jsx-runtime';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { InboxEnv } from './desk.js';
import type { Viewer } from './pages/layout.js';
import { PerdureError } from '../core/errors.js';
import type { Posted } from './form-answer.js';

/** Answers with a whole page. */
export function page(c: Context<InboxEnv>, node: JSX.Element, status: ContentfulStatusCode = 200): Response {
  return c.html(`<!doctype html>${String(node)}`, status);
}

/** Who looks at the page. */
export function viewerOf(c: Context<InboxEnv>): Viewer {
  return { person: c.get('person'), session: c.get('session') };
}

/** What a form carries. Throws `bad-input` for what is no form. */
export async function formOf(c: Context<InboxEnv>): Promise<Posted> {
  const type = c.req.header('content-type') ?? '';
  if (/^(application\/x-www-form-urlencoded|multipart\/form-data)\b/i.test(type)) {
    try {
      return await c.req.parseBody();
    } catch {
      // Told below.
    }
  }
  throw new PerdureError({
    code: 'bad-input',
    message: 'This address takes what a form sends, and got something else.',
  });
}

/** A path of this inbox to go to after signing in; anything else would lead people elsewhere. */
export function ownPath(given: unknown): string {
  return typeof given === 'string' && /^\/(?![/\\])[^\s\\]*$/.test(given) && given.length < 2000 ? given : '/';
}
