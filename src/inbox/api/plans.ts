import type { OpenAPIHono } from '@hono/zod-openapi';
import type { JsonObject } from '../../core/json.js';
import { hasEnded } from '../../core/plan.js';
import { workflowOfQuestion } from '../../core/question.js';
import type { Desk, InboxEnv } from '../desk.js';
import { documented, json } from './documented.js';
import { planBody, planCancelled, planKeyParam, planReport } from './plan-schemas.js';
import { startedBody } from './schemas.js';

const start = documented(
  {
    method: 'post',
    path: '/plans',
    operationId: 'startPlan',
    summary: 'Start a plan, or find the one that this key has',
    request: { body: { required: true, content: json(planBody) } },
  },
  { 202: { description: 'It is started, or was before.', content: json(startedBody) } },
);
const show = documented(
  {
    method: 'get',
    path: '/plans/{key}',
    operationId: 'showPlan',
    summary: 'All that is known of a plan',
    request: { params: planKeyParam },
  },
  { 200: { description: 'How it stands, or how it ended.', content: json(planReport) } },
);
const cancel = documented(
  {
    method: 'post',
    path: '/plans/{key}/cancel',
    operationId: 'cancelPlan',
    summary: 'Stop a plan and what it has under way',
    request: { params: planKeyParam },
  },
  {
    200: { description: 'It had ended before.', content: json(planCancelled) },
    202: { description: 'It is being stopped.', content: json(planCancelled) },
  },
);

/** Starts, shows and stops plans. */
export function addPlansApi(api: OpenAPIHono<InboxEnv>, { options, ask }: Desk): void {
  const { perdure } = options;
  api.openapi(start, async (c) => {
    // Checked in full by the client, which tells each problem by its place.
    const { inputs, ...given } = c.req.valid('json');
    const started = await ask(() => perdure.startPlan({ ...given, ...(inputs && { inputs: inputs as JsonObject }) }));
    const { key, workflowId } = started;
    const href = `/api/plans/${encodeURIComponent(key)}`;
    return c.json({ key, workflowId, href }, 202, { Location: href });
  });
  api.openapi(show, async (c) => {
    const plan = perdure.getPlan(c.req.valid('param').key);
    const report = await ask(() => plan.status());
    if (hasEnded(report.status)) {
      const outcome = await ask(() => plan.outcome());
      return c.json({ plan: { ...report, steps: stepsOf(report) }, outcome: { ...outcome } }, 200);
    }
    const asked = report.status === 'waiting-for-person' ? await ask(() => perdure.waiting()) : undefined;
    const questions = (asked?.questions ?? []).filter(({ id }) => workflowOfQuestion(id) === plan.workflowId);
    return c.json({ plan: { ...report, steps: stepsOf(report) }, questions }, 200);
  });
  api.openapi(cancel, async (c) => {
    const { key } = c.req.valid('param');
    const plan = perdure.getPlan(key);
    const { status } = await ask(() => plan.status());
    if (hasEnded(status)) return c.json({ key, status, cancelling: false }, 200);
    await ask(() => plan.cancel());
    return c.json({ key, status, cancelling: true }, 202);
  });
}

function stepsOf({
  steps,
}: {
  steps: readonly { name: string; kind: 'agent' | 'approval' | 'wait'; status: string }[];
}) {
  return steps.map((step) => ({ ...step }));
}
