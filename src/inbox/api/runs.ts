import type { OpenAPIHono } from '@hono/zod-openapi';
import type { StartOptions } from '../../client/perdure.js';
import { PerdureError } from '../../core/errors.js';
import { moneyOf } from '../../core/prices.js';
import { isFinal } from '../../core/run.js';
import { type Desk, type InboxEnv, ownRun } from '../desk.js';
import { questionsOf } from '../story.js';
import { holdBrowser } from '../takeover.js';
import { documented, json } from './documented.js';
import {
  cancelBody,
  keyParam,
  runBody,
  runList,
  runsQuery,
  startBody,
  startedBody,
  takeoverBody,
  takeoverReply,
} from './schemas.js';

const start = documented(
  {
    method: 'post',
    path: '/runs',
    operationId: 'startRun',
    summary: 'Start a run, or find the one that this key has',
    request: { body: { required: true, content: json(startBody) } },
  },
  { 202: { description: 'It is started, or was before.', content: json(startedBody) } },
);
const list = documented(
  {
    method: 'get',
    path: '/runs',
    operationId: 'listRuns',
    summary: 'The runs of this deployment',
    request: { query: runsQuery },
  },
  { 200: { description: 'Those that fit.', content: json(runList) } },
);
const show = documented(
  {
    method: 'get',
    path: '/runs/{key}',
    operationId: 'showRun',
    summary: 'All that is known of a run',
    request: { params: keyParam },
  },
  { 200: { description: 'How it stands, or how it ended.', content: json(runBody) } },
);
const cancel = documented(
  {
    method: 'post',
    path: '/runs/{key}/cancel',
    operationId: 'cancelRun',
    summary: 'Stop a run',
    request: { params: keyParam },
  },
  {
    200: { description: 'It had ended before.', content: json(cancelBody) },
    202: { description: 'It is being stopped.', content: json(cancelBody) },
  },
);
const takeover = documented(
  {
    method: 'post',
    path: '/runs/{key}/takeover',
    operationId: 'takeOver',
    summary: "Take a run's browser over, or hand it back",
    request: { params: keyParam, body: { required: true, content: json(takeoverBody) } },
  },
  { 200: { description: 'Done.', content: json(takeoverReply) } },
);

/** Starts, lists, shows and stops runs. */
export function addRunsApi(api: OpenAPIHono<InboxEnv>, desk: Desk): void {
  const { options, ask } = desk;
  api.openapi(start, async (c) => {
    // Checked in full by the client, as whatever else starts a run.
    const given = c.req.valid('json') as unknown as StartOptions;
    const { key, workflowId } = await ask(() => options.perdure.start(given));
    const href = `/api/runs/${encodeURIComponent(key)}`;
    return c.json({ key, workflowId, href }, 202, { Location: href });
  });
  api.openapi(list, async (c) => {
    const { status, limit, page, ...rest } = c.req.valid('query');
    const { deployment } = options;
    const filter = { ...rest, deployment, limit: limit + 1, skip: (page - 1) * limit };
    const runs = await ask(() => options.perdure.list({ ...filter, ...(status && { status: [status] }) }));
    return c.json({ runs: runs.slice(0, limit), more: runs.length > limit }, 200);
  });
  api.openapi(show, async (c) => {
    const run = await ownRun(desk, c.req.valid('param').key);
    const { liveView: _sealed, ...report } = await ask(() => run.status());
    const [outcome, asked] = await Promise.all([
      isFinal(report.status) ? ask(() => run.outcome()) : undefined,
      questionsOf(desk, run),
    ]);
    const questions = outcome?.questions ?? asked;
    const cost = outcome && moneyOf(report.endpoint, outcome.usage, options.prices ?? {});
    return c.json(
      {
        run: { ...report },
        ...(outcome && { outcome: { ...outcome } }),
        ...(questions && { questions: [...questions] }),
        ...(cost !== undefined && { cost }),
      },
      200,
    );
  });
  api.openapi(cancel, async (c) => {
    const { key } = c.req.valid('param');
    const run = await ownRun(desk, key);
    const { status } = await ask(() => run.status());
    if (isFinal(status)) return c.json({ key, status, cancelling: false }, 200);
    await ask(() => run.cancel());
    return c.json({ key, status, cancelling: true }, 202);
  });
  api.openapi(takeover, async (c) => {
    const { key } = c.req.valid('param');
    const { hold } = c.req.valid('json');
    await ownRun(desk, key);
    const { good, text } = await holdBrowser(desk, key, { by: c.get('person').name, channel: 'api', hold });
    if (!good) throw new PerdureError({ code: 'answer-refused', message: text });
    return c.json({ hold, message: text }, 200);
  });
}
