import type { Hono } from 'hono';
import { deleteCookie, setCookie } from 'hono/cookie';
import { isPerdureError } from '../../core/errors.js';
import type { Desk, InboxEnv } from '../desk.js';
import { csrfField, fromOwnPage, identify, requireOwnForm, sessionCookie } from '../guard.js';
import { SignInPage } from '../pages/small.js';
import { problemOf } from '../problem.js';
import { formOf, ownPath, page } from '../reply.js';
import { sessionMs } from '../sessions.js';

/** Signing in and out. */
export function addSignIn(app: Hono<InboxEnv>, desk: Desk): void {
  const secure = desk.options.url?.startsWith('https:') === true;
  app.get('/sign-in', (c) => page(c, <SignInPage next={ownPath(c.req.query('next'))} />));
  app.post('/sign-in', fromOwnPage(desk), async (c) => {
    const { token, next } = await formOf(c);
    const to = ownPath(next);
    try {
      const name = identify(desk, c, typeof token === 'string' ? token.trim() : '');
      setCookie(c, sessionCookie, desk.sessions.open(name), {
        httpOnly: true,
        sameSite: 'Strict',
        path: '/',
        secure,
        maxAge: Math.floor(sessionMs / 1000),
      });
      return c.redirect(to, 303);
    } catch (error) {
      if (!isPerdureError(error)) throw error;
      const { status, message, retryAfter } = problemOf(error);
      if (retryAfter !== undefined) c.header('Retry-After', String(retryAfter));
      const words = error.code === 'token-refused' ? 'This token is not known here.' : message;
      return page(c, <SignInPage next={to} problem={words} />, status);
    }
  });
  app.post('/sign-out', fromOwnPage(desk), async (c) => {
    requireOwnForm(desk, c, (await formOf(c))[csrfField]);
    deleteCookie(c, sessionCookie, { path: '/' });
    return c.redirect('/sign-in', 303);
  });
}
