import { OpenAPIHono } from '@hono/zod-openapi';
import type { Context, ErrorHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { PerdureError } from '../core/errors.js';
import { addApi } from './api/api.js';
import { findAsset } from './assets/assets.js';
import { type Desk, type InboxEnv, openDesk } from './desk.js';
import { fromOwnPage, safeHeaders, signedIn } from './guard.js';
import type { InboxOptions } from './options.js';
import { problemPage } from './problem-page.js';
import { addressUnknown, problemOf } from './problem.js';
import { addBatches } from './routes/batches.js';
import { addEvents } from './routes/events.js';
import { addLink } from './routes/link.js';
import { addPlans } from './routes/plans.js';
import { addQuestions } from './routes/questions.js';
import { addRuns } from './routes/runs.js';
import { addSignIn } from './routes/sign-in.js';
import { anchorWebhook } from './webhook.js';

/** The largest body that is taken, in bytes. */
const mostBytes = 262_144;

/** The inbox as an app that takes requests and gives answers, with or without a socket. */
export interface Inbox {
  app: OpenAPIHono<InboxEnv>;
  /** Stops looking for news. */
  close(): void;
}

/** Makes the inbox: its pages, its HTTP API and its receiver of webhooks. */
export function createInbox(options: InboxOptions): Inbox {
  const desk = openDesk(options);
  const app = new OpenAPIHono<InboxEnv>();
  app.use(safeHeaders);
  app.use(bodyLimit({ maxSize: mostBytes, onError: tooLarge }));
  app.onError(tellProblem(options));
  app.notFound(() => {
    throw addressUnknown();
  });
  app.get('/assets/:version/:name', sendAsset);
  app.get('/health', (c) => c.json({ up: true }));
  app.post('/webhooks/anchor', anchorWebhook(desk));
  addApi(app, desk);
  addSignIn(app, desk);
  addLink(app, desk);
  addPages(app, desk);
  return { app, close: () => [desk.board, desk.lookouts].forEach((each) => each.close()) };
}

function addPages(app: OpenAPIHono<InboxEnv>, desk: Desk): void {
  const toSignIn = signedIn(desk, (c) => {
    const wantsPage = c.req.method === 'GET' && !/^\/events|\/(list|story|events)$/.test(c.req.path);
    if (!wantsPage) return c.text('Sign in first.', 401);
    const { pathname, search } = new URL(c.req.url);
    const next = pathname === '/' && search === '' ? '' : `?next=${encodeURIComponent(pathname + search)}`;
    return c.redirect(`/sign-in${next}`, 303);
  });
  const lists = ['/runs', '/batches', '/plans'];
  for (const place of ['/', '/questions/*', ...lists, ...lists.map((list) => `${list}/*`), '/events']) {
    app.use(place, toSignIn, fromOwnPage(desk));
  }
  addEvents(app, desk);
  addQuestions(app, desk);
  addRuns(app, desk);
  addBatches(app, desk);
  addPlans(app, desk);
}

function sendAsset(c: Context<InboxEnv>): Response {
  const asset = findAsset(c.req.param('version') ?? '', c.req.param('name') ?? '');
  if (!asset) throw addressUnknown();
  return c.body(asset.text, 200, {
    'Content-Type': asset.type,
    'Cache-Control': 'public, max-age=31536000, immutable',
  });
}

function tooLarge(): never {
  throw new PerdureError({
    code: 'body-too-large',
    message: `The body is larger than ${mostBytes / 1024} KiB.`,
    hint: 'Nothing of it was read.',
  });
}

/** Programs get JSON, people a page; only what went wrong in the inbox itself is told to its log. */
function tellProblem({ onTrouble }: InboxOptions): ErrorHandler<InboxEnv> {
  return (failure, c) => {
    const problem = problemOf(failure);
    if (problem.code === 'internal') onTrouble?.(`The inbox failed at ${c.req.method} ${placeOf(c)}: ${failure.name}`);
    if (problem.retryAfter !== undefined) c.header('Retry-After', String(problem.retryAfter));
    if (/^\/(api|webhooks)(\/|$)/.test(c.req.path)) {
      const { code, message, hint, problems } = problem;
      if (problem.status === 401) c.header('WWW-Authenticate', 'Bearer realm="perdure"');
      const error = { code, message, ...(hint !== undefined && { hint }), ...(problems && { problems }) };
      return c.json({ error }, problem.status);
    }
    return problemPage(c, problem);
  };
}

/** The place without what is in it: a link is a capability. */
function placeOf(c: Context): string {
  return `/${c.req.path.split('/')[1] ?? ''}`;
}
