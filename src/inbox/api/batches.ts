import type { OpenAPIHono } from '@hono/zod-openapi';
import { type Desk, type InboxEnv, ownBatch } from '../desk.js';
import { batchBody, batchCancelled, batchesQuery, batchKeyParam, batchList } from './batch-schemas.js';
import { documented, json } from './documented.js';

const list = documented(
  {
    method: 'get',
    path: '/batches',
    operationId: 'listBatches',
    summary: 'The batches of this deployment, newest first; a process of yours starts and feeds them',
    request: { query: batchesQuery },
  },
  { 200: { description: 'Those that fit.', content: json(batchList) } },
);
const show = documented(
  {
    method: 'get',
    path: '/batches/{key}',
    operationId: 'showBatch',
    summary: 'How a batch stands, or how it went',
    request: { params: batchKeyParam },
  },
  { 200: { description: 'The batch.', content: json(batchBody) } },
);
const cancel = documented(
  {
    method: 'post',
    path: '/batches/{key}/cancel',
    operationId: 'cancelBatch',
    summary: 'Start nothing more of a batch, and stop what lives',
    request: { params: batchKeyParam },
  },
  {
    200: { description: 'It had ended before.', content: json(batchCancelled) },
    202: { description: 'It is being stopped.', content: json(batchCancelled) },
  },
);

/** Lists, shows and stops batches. */
export function addBatchesApi(api: OpenAPIHono<InboxEnv>, desk: Desk): void {
  const { options, ask } = desk;
  api.openapi(list, async (c) => {
    const { status, prefix, limit, page } = c.req.valid('query');
    const part = { deployment: options.deployment, limit: limit + 1, skip: (page - 1) * limit };
    const filter = { ...part, ...(prefix !== undefined && { prefix }), ...(status && { status: [status] }) };
    const batches = await ask(() => options.perdure.listBatches(filter));
    return c.json({ batches: batches.slice(0, limit).map(plain), more: batches.length > limit }, 200);
  });
  api.openapi(show, async (c) => c.json(plain(await ownBatch(desk, c.req.valid('param').key)), 200));
  api.openapi(cancel, async (c) => {
    const { key, status } = await ownBatch(desk, c.req.valid('param').key);
    if (status !== 'running') return c.json({ key, status, cancelling: false }, 200);
    await ask(() => options.perdure.cancelBatch(key));
    return c.json({ key, status, cancelling: true }, 202);
  });
}

/** A report as an object of any fields, which it is for those who read the document. */
function plain({ report, ...batch }: Awaited<ReturnType<typeof ownBatch>>) {
  return { ...batch, ...(report && { report: { ...report } }) };
}
