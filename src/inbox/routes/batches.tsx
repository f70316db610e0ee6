import type { Context, Hono } from 'hono';
import type { BatchSummary } from '../../client/batch/batch-list.js';
import { type BatchStatus, batchStatuses, isFailure } from '../../core/batch.js';
import { batchWorkflowId } from '../../core/names.js';
import { isFinal, runStatuses } from '../../core/run.js';
import { type Desk, type InboxEnv, ownBatch } from '../desk.js';
import { csrfField, requireOwnForm } from '../guard.js';
import { readPage, shortQueryOf } from '../list-query.js';
import { markOf } from '../lookouts.js';
import { BatchPage, type BatchItems, type BatchProps, BatchStory, mostShown } from '../pages/batch.js';
import { BatchesPage } from '../pages/batches.js';
import { batchPath, Status, When } from '../pages/parts.js';
import { countsOf } from '../pages/progress.js';
import { StopPage } from '../pages/stop.js';
import { formOf, page, viewerOf } from '../reply.js';
import { streamChanges } from '../stream.js';
import { temporalPage } from '../../client/temporal-pages.js';

/** The batches, one of them, and how it is stopped. */
export function addBatches(app: Hono<InboxEnv>, desk: Desk): void {
  app.get('/batches', (c) => listPage(c, desk));
  app.get('/batches/:key', async (c) => page(c, <BatchPage {...(await propsOf(c, desk))} />));
  app.get('/batches/:key/story', async (c) => c.html(String(<BatchStory {...(await propsOf(c, desk))} />)));
  app.get('/batches/:key/events', async (c) => {
    const key = c.req.param('key');
    await ownBatch(desk, key);
    const look = async () => {
      const value = await desk.ask(() => desk.options.perdure.findBatch(key));
      return { value, over: value.status !== 'running' };
    };
    return streamChanges(c, desk, `batch:${key}`, look);
  });
  app.get('/batches/:key/stop', async (c) => {
    const batch = await ownBatch(desk, c.req.param('key'));
    if (batch.status !== 'running') return c.redirect(batchPath(batch.key), 303);
    return page(c, stopPage(c, batch));
  });
  app.post('/batches/:key/stop', async (c) => {
    requireOwnForm(desk, c, (await formOf(c))[csrfField]);
    const { key, status } = await ownBatch(desk, c.req.param('key'));
    if (status === 'running') await desk.ask(() => desk.options.perdure.cancelBatch(key));
    return c.redirect(batchPath(key, '?said=stopping'), 303);
  });
}

const openStatuses = runStatuses.filter((status) => !isFinal(status));
const failedStatuses = runStatuses.filter((status) => isFinal(status) && isFailure(status));

async function listPage(c: Context<InboxEnv>, desk: Desk): Promise<Response> {
  const query = shortQueryOf(c, batchStatuses);
  const { status, prefix } = query;
  const filter = {
    deployment: desk.options.deployment,
    ...(status !== '' && { status: [status as BatchStatus] }),
    ...(prefix !== '' && { prefix }),
  };
  const { lines, more, problem } = await readPage(query, (part) =>
    desk.ask(() => desk.options.perdure.listBatches({ ...filter, ...part })),
  );
  const list = <BatchesPage viewer={viewerOf(c)} query={query} batches={lines} more={more} problem={problem} />;
  return page(c, list, problem === undefined ? 200 : 400);
}

async function propsOf(c: Context<InboxEnv>, desk: Desk): Promise<BatchProps> {
  const batch = await ownBatch(desk, c.req.param('key') ?? '');
  return {
    viewer: viewerOf(c),
    batch,
    items: await itemsOf(desk, batch),
    temporal: temporalPage(desk.options.temporalUi, batchWorkflowId(batch.key)),
    stopping: c.req.query('said') === 'stopping',
    mark: markOf(batch),
  };
}

/** Its runs that are under way or failed, the newest of each. */
async function itemsOf({ options, ask }: Desk, { key }: BatchSummary): Promise<BatchItems> {
  const [open = [], failed = []] = await Promise.all(
    [openStatuses, failedStatuses].map((status) =>
      ask(() =>
        options.perdure.list({ deployment: options.deployment, prefix: `${key}/`, status, limit: mostShown + 1 }),
      ),
    ),
  );
  return { open, failed };
}

function stopPage(c: Context<InboxEnv>, { key, status, startedAt, report }: BatchSummary) {
  const counts = report && countsOf(report);
  const rows = [
    ['Status', <Status status={status} />],
    ['Under way', counts?.live],
    ['Ended', counts && `${counts.ended} of ${counts.total}`],
    ['Started', <When at={startedAt} />],
  ] as const;
  return <StopPage viewer={viewerOf(c)} place="batches" noun="batch" of={key} path={batchPath(key)} rows={rows} />;
}
