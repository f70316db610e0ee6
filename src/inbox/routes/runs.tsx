import type { Context, Hono } from 'hono';
import { isPerdureError, type PerdureError } from '../../core/errors.js';
import { type EndpointName, endpointNames } from '../../core/endpoints.js';
import { runWorkflowId } from '../../core/names.js';
import { isFinal, type RunStatus, runStatuses } from '../../core/run.js';
import { type Desk, type InboxEnv, ownRun } from '../desk.js';
import { csrfField, requireOwnForm } from '../guard.js';
import { addressOf } from '../live-address.js';
import { runPath } from '../pages/parts.js';
import { LivePage, type LiveProps } from '../pages/live.js';
import { RunPage, type RunProps, RunStoryView } from '../pages/run.js';
import { RunsPage, type RunsQuery } from '../pages/runs.js';
import { StopPage } from '../pages/small.js';
import { formOf, page, viewerOf } from '../reply.js';
import { readStory } from '../story.js';
import { holdBrowser } from '../takeover.js';

const pageSize = 25;
const lastPage = 200;

/** The runs, the story of one, its live view, and how it is stopped. */
export function addRuns(app: Hono<InboxEnv>, desk: Desk): void {
  app.get('/runs', (c) => listPage(c, desk));
  app.get('/runs/:key', async (c) => page(c, <RunPage {...(await storyOf(c, desk))} />));
  app.get('/runs/:key/story', async (c) => c.html(String(<RunStoryView {...(await storyOf(c, desk))} />)));
  app.get('/runs/:key/stop', async (c) => {
    const run = await ownRun(desk, c.req.param('key'));
    const report = await desk.ask(() => run.status());
    if (isFinal(report.status)) return c.redirect(runPath(report.key), 303);
    return page(c, <StopPage viewer={viewerOf(c)} report={report} />);
  });
  app.post('/runs/:key/stop', async (c) => {
    requireOwnForm(desk, c, (await formOf(c))[csrfField]);
    const key = c.req.param('key');
    const run = await ownRun(desk, key);
    const { status } = await desk.ask(() => run.status());
    if (!isFinal(status)) await desk.ask(() => run.cancel());
    return c.redirect(runPath(key, '?said=stopping'), 303);
  });
  app.get('/runs/:key/live', async (c) => livePage(c, desk));
  app.post('/runs/:key/takeover', async (c) => {
    const { hold, [csrfField]: csrf } = await formOf(c);
    requireOwnForm(desk, c, csrf);
    const key = c.req.param('key');
    await ownRun(desk, key);
    const told = await holdBrowser(desk, key, { by: c.get('person').name, channel: 'inbox', hold: hold === 'yes' });
    return livePage(c, desk, told);
  });
}

async function listPage(c: Context<InboxEnv>, desk: Desk): Promise<Response> {
  const query = queryOf(c);
  const filter = {
    deployment: desk.options.deployment,
    limit: pageSize + 1,
    skip: (query.page - 1) * pageSize,
    ...(query.status !== '' && { status: [query.status as RunStatus] }),
    ...(query.endpoint !== '' && { endpoint: query.endpoint as EndpointName }),
    ...(query.account !== '' && { account: query.account }),
    ...(query.prefix !== '' && { prefix: query.prefix }),
  };
  try {
    const runs = await desk.ask(() => desk.options.perdure.list(filter));
    const more = runs.length > pageSize;
    return page(c, <RunsPage viewer={viewerOf(c)} query={query} runs={runs.slice(0, pageSize)} more={more} />);
  } catch (error) {
    if (!isPerdureError(error, 'bad-input')) throw error;
    const problem = wordsOf(error);
    return page(c, <RunsPage viewer={viewerOf(c)} query={query} runs={[]} more={false} problem={problem} />, 400);
  }
}

function queryOf(c: Context<InboxEnv>): RunsQuery {
  const given = (name: string) => (c.req.query(name) ?? '').trim();
  const oneOf = (names: readonly string[], name: string) => (names.includes(name) ? name : '');
  const number = Number(given('page'));
  return {
    status: oneOf(runStatuses, given('status')),
    endpoint: oneOf(endpointNames, given('endpoint')),
    account: given('account'),
    prefix: given('prefix'),
    page: Number.isInteger(number) && number >= 1 ? Math.min(number, lastPage) : 1,
  };
}

async function storyOf(c: Context<InboxEnv>, desk: Desk): Promise<RunProps> {
  const key = c.req.param('key') ?? '';
  const story = await readStory(desk, await ownRun(desk, key));
  const { temporalUi } = desk.options;
  const temporal =
    temporalUi &&
    `${temporalUi.url}/namespaces/${encodeURIComponent(temporalUi.namespace)}/workflows/${encodeURIComponent(runWorkflowId(key))}`;
  return { viewer: viewerOf(c), story, temporal, stopping: c.req.query('said') === 'stopping' };
}

async function livePage(c: Context<InboxEnv>, desk: Desk, told?: LiveProps['told']): Promise<Response> {
  const run = await ownRun(desk, c.req.param('key') ?? '');
  const report = await desk.ask(() => run.status());
  const view = await addressOf(desk, report);
  if (view.address !== undefined) c.set('frames', new URL(view.address).origin);
  const status = told && !told.good ? 409 : 200;
  return page(c, <LivePage viewer={viewerOf(c)} report={report} {...view} told={told} />, status);
}

function wordsOf({ message, hint }: PerdureError): string {
  return hint === undefined ? message : `${message} ${hint}`;
}
