import type { Context } from 'hono';
import type { InboxEnv } from './desk.js';
import { ProblemPage } from './pages/small.js';
import type { Problem } from './problem.js';
import { page } from './reply.js';

/** Answers with a page that says what went wrong. */
export function problemPage(c: Context<InboxEnv>, problem: Problem): Response {
  const [person, session] = [c.get('person'), c.get('session')];
  const viewer = person && session ? { person, session } : undefined;
  return page(c, <ProblemPage problem={problem} viewer={viewer} />, problem.status);
}
