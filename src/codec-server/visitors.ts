import { randomBytes } from 'node:crypto';
import type { Context, Hono } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { html } from 'hono/html';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { isPerdureError } from '../core/errors.js';
import { Attempts } from '../inbox/attempts.js';
import { identify } from '../inbox/guard.js';
import { problemOf, tokenRefused } from '../inbox/problem.js';
import { sessionMs, Sessions } from '../inbox/sessions.js';
import { TokenBook } from '../inbox/tokens.js';
import type { InboxTokens } from '../secrets/inbox-tokens.js';
import { parseKeys } from '../secrets/key-ring.js';

const cookieName = 'perdure_codec';

/** Knows those who come by their tokens, or by a cookie: Temporal's UI has no way to send a token of its reader's. */
export class Visitors {
  readonly tokens: TokenBook;
  readonly attempts = new Attempts();
  readonly sessions: Sessions;

  constructor(tokens: InboxTokens) {
    this.tokens = new TokenBook(tokens);
    // A sign-in ends with the process.
    this.sessions = new Sessions(parseKeys(`own:${randomBytes(32).toString('base64')}`, 'the process'), this.tokens);
  }

  /** Who it is. Throws `token-refused`, `too-many-tries`. */
  nameOf(c: Context): string {
    const [, token] = /^Bearer +(\S+)$/i.exec(c.req.header('authorization') ?? '') ?? [];
    if (token !== undefined) return identify(this, c, token);
    const session = this.sessions.read(getCookie(c, cookieName) ?? '');
    if (session) return session.name;
    throw tokenRefused();
  }
}

/** A page to sign in at, for those who read in Temporal's UI. */
export function addSignIn(app: Hono, visitors: Visitors, origins: readonly string[]): void {
  app.get('/', (c) => {
    const session = visitors.sessions.read(getCookie(c, cookieName) ?? '');
    return page(c, session ? welcome(session.name, origins) : form());
  });
  app.post('/sign-in', async (c) => {
    const { token } = await c.req.parseBody();
    try {
      const name = identify(visitors, c, typeof token === 'string' ? token.trim() : '');
      setCookie(c, cookieName, visitors.sessions.open(name), {
        httpOnly: true,
        sameSite: 'Strict',
        path: '/',
        maxAge: Math.floor(sessionMs / 1000),
      });
      return c.redirect('./', 303);
    } catch (error) {
      if (!isPerdureError(error)) throw error;
      return page(c, form('This token is not known here, or too many were tried.'), problemOf(error).status);
    }
  });
}

type Part = ReturnType<typeof html>;

function page(c: Context, part: Part, status: ContentfulStatusCode = 200): Response | Promise<Response> {
  c.status(status);
  c.header(
    'Content-Security-Policy',
    "default-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  );
  const title = 'Perdure: codec server';
  return c.html(html`<!doctype html><html lang="en"><title>${title}</title><h1>${title}</h1>${part}</html>`);
}

function form(problem = ''): Part {
  return html`<p>${problem}</p>
    <form method="post" action="sign-in">
      <label>Your token <input name="token" type="password" autocomplete="current-password" required autofocus /></label>
      <button>Sign in</button>
    </form>`;
}

function welcome(name: string, origins: readonly string[]): Part {
  return html`<p>
    Signed in as ${name}. In Temporal's UI at ${origins.join(' or ')}, give this page's address as the codec server, and
    tick “Include cross-origin credentials”.
  </p>`;
}
