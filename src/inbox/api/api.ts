import { OpenAPIHono, z } from '@hono/zod-openapi';
import { PerdureError } from '../../core/errors.js';
import type { Desk, InboxEnv } from '../desk.js';
import { bearer } from '../guard.js';
import { addressUnknown } from '../problem.js';
import { addBatchesApi } from './batches.js';
import { addPlansApi } from './plans.js';
import { addQuestionsApi } from './questions.js';
import { addRunsApi } from './runs.js';

const mostProblems = 5;

/** Programs' way to runs, batches, plans and questions. */
export function addApi(app: OpenAPIHono<InboxEnv>, desk: Desk): void {
  const api = new OpenAPIHono<InboxEnv>({
    defaultHook: (result) => {
      if (!result.success) throw misfit(result.error, result.target);
    },
  });
  api.openAPIRegistry.registerComponent('securitySchemes', 'token', { type: 'http', scheme: 'bearer' });
  api.doc31('/openapi.json', (c) => ({
    openapi: '3.1.0',
    info: {
      title: 'Perdure',
      version: '1',
      description: 'Runs of browser agents, batches and plans of them, and the questions that they ask people.',
    },
    servers: [{ url: `${desk.options.url ?? new URL(c.req.url).origin}/api` }],
  }));
  for (const kind of ['/runs', '/batches', '/plans', '/questions']) {
    api.use(kind, bearer(desk));
    api.use(`${kind}/*`, bearer(desk));
  }
  addRunsApi(api, desk);
  addBatchesApi(api, desk);
  addPlansApi(api, desk);
  addQuestionsApi(api, desk);
  api.all('*', () => {
    throw addressUnknown();
  });
  app.route('/api', api);
}

/** What does not fit, by place; what was given is not repeated. */
function misfit({ issues }: z.core.$ZodError, target: string): PerdureError {
  const place = { json: 'the body', query: 'the query', param: 'the address' }[target] ?? 'what was sent';
  const lines = issues.slice(0, mostProblems).map(({ path, message }) => {
    const at = path.map(String).join('.');
    return at === '' ? message : `${at}: ${message}`;
  });
  return new PerdureError({
    code: 'bad-input',
    message: `In ${place} something does not fit: ${lines.join('; ').slice(0, 1000)}`,
    hint: 'What fits stands in /api/openapi.json.',
  });
}
