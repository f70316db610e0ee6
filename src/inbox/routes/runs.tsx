import type { Context, Hono } from 'hono';
import { type EndpointName, endpointNames } from '../../core/endpoints.js';
import { runWorkflowId } from '../../core/names.js';
import { isFinal, type RunReport, type RunStatus, runStatuses } from '../../core/run.js';
import { type Desk, type InboxEnv, ownRun } from '../desk.js';
import { csrfField, requireOwnForm } from '../guard.js';
import { readPage, shortQueryOf } from '../list-query.js';
import { addressOf } from '../live-address.js';
import { runPath, Status, When } from '../pages/parts.js';
import { LivePage, type LiveProps } from '../pages/live.js';
import { RunPage, type RunProps, RunStoryView } from '../pages/run.js';
import { RunsPage, type RunsQuery } from '../pages/runs.js';
import { StopPage } from '../pages/stop.js';
import { formOf, page, viewerOf } from '../reply.js';
import { readStory } from '../story.js';
import { holdBrowser } from '../takeover.js';
import { temporalPage } from '../../client/temporal-pages.js';

/** The runs, the story of one, its live view, and how it is stopped. */
export function addRuns(app: Hono<InboxEnv>, desk: Desk): void {
  app.get('/runs', (c) => listPage(c, desk));
  app.get('/runs/:key', async (c) => page(c, <RunPage {...(await storyOf(c, desk))} />));
  app.get('/runs/:key/story', async (c) => c.html(String(<RunStoryView {...(await storyOf(c, desk))} />)));
  app.get('/runs/:key/stop', async (c) => {
    const run = await ownRun(desk, c.req.param('key'));
    const report = await desk.ask(() => run.status());
    if (isFinal(report.status)) return c.redirect(runPath(report.key), 303);
    return page(c, stopPage(c, report));
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

function stopPage(c: Context<InboxEnv>, { key, status, endpoint, startedAt }: RunReport) {
  const rows = [
    ['Status', <Status status={status} />],
    ['Endpoint', endpoint],
    ['Started', <When at={startedAt} />],
  ] as const;
  return <StopPage viewer={viewerOf(c)} place="runs" noun="run" of={key} path={runPath(key)} rows={rows} />;
}

async function listPage(c: Context<InboxEnv>, desk: Desk): Promise<Response> {
  const query = queryOf(c);
  const filter = {
    deployment: desk.options.deployment,
    ...(query.status !== '' && { status: [query.status as RunStatus] }),
    ...(query.endpoint !== '' && { endpoint: query.endpoint as EndpointName }),
    ...(query.account !== '' && { account: query.account }),
    ...(query.prefix !== '' && { prefix: query.prefix }),
  };
  const { lines, more, problem } = await readPage(query, (part) =>
    desk.ask(() => desk.options.perdure.list({ ...filter, ...part })),
  );
  const list = <RunsPage viewer={viewerOf(c)} query={query} runs={lines} more={more} problem={problem} />;
  return page(c, list, problem === undefined ? 200 : 400);
}

function queryOf(c: Context<InboxEnv>): RunsQuery {
  const given = (name: string) => (c.req.query(name) ?? '').trim();
  const endpoint = endpointNames.find((name) => name === given('endpoint')) ?? '';
  return { ...shortQueryOf(c, runStatuses), endpoint, account: given('account') };
}

async function storyOf(c: Context<InboxEnv>, desk: Desk): Promise<RunProps> {
  const key = c.req.param('key') ?? '';
  const story = await readStory(desk, await ownRun(desk, key));
  const temporal = temporalPage(desk.options.temporalUi, runWorkflowId(key));
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
