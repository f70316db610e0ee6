import type { Context, Hono } from 'hono';
import { hasEnded, type PlanReport, type PlanStatus, planStatuses, planWorkflowId } from '../../core/plan.js';
import { type Desk, type InboxEnv, ownPlan } from '../desk.js';
import { csrfField, requireOwnForm } from '../guard.js';
import { readPage, shortQueryOf } from '../list-query.js';
import { markOf } from '../lookouts.js';
import { planPath, Status, When } from '../pages/parts.js';
import { PlanPage, type PlanProps, PlanStory } from '../pages/plan.js';
import { PlansPage } from '../pages/plans.js';
import { StopPage } from '../pages/stop.js';
import { planQuestions } from '../plan-questions.js';
import { formOf, page, viewerOf } from '../reply.js';
import { streamChanges } from '../stream.js';
import { temporalPage } from '../../client/temporal-pages.js';

/** The plans, one of them, and how it is stopped. */
export function addPlans(app: Hono<InboxEnv>, desk: Desk): void {
  app.get('/plans', (c) => listPage(c, desk));
  app.get('/plans/:key', async (c) => page(c, <PlanPage {...(await propsOf(c, desk))} />));
  app.get('/plans/:key/story', async (c) => c.html(String(<PlanStory {...(await propsOf(c, desk))} />)));
  app.get('/plans/:key/events', async (c) => {
    const key = c.req.param('key');
    const plan = await ownPlan(desk, key);
    const look = async () => {
      const value = await desk.ask(() => plan.status());
      return { value, over: hasEnded(value.status) };
    };
    return streamChanges(c, desk, `plan:${key}`, look);
  });
  app.get('/plans/:key/stop', async (c) => {
    const plan = await ownPlan(desk, c.req.param('key'));
    const report = await desk.ask(() => plan.status());
    if (hasEnded(report.status)) return c.redirect(planPath(report.key), 303);
    return page(c, stopPage(c, report));
  });
  app.post('/plans/:key/stop', async (c) => {
    requireOwnForm(desk, c, (await formOf(c))[csrfField]);
    const key = c.req.param('key');
    const plan = await ownPlan(desk, key);
    const { status } = await desk.ask(() => plan.status());
    if (!hasEnded(status)) await desk.ask(() => plan.cancel());
    return c.redirect(planPath(key, '?said=stopping'), 303);
  });
}

async function listPage(c: Context<InboxEnv>, desk: Desk): Promise<Response> {
  const query = shortQueryOf(c, planStatuses);
  const { status, prefix } = query;
  const filter = {
    deployment: desk.options.deployment,
    ...(status !== '' && { status: [status as PlanStatus] }),
    ...(prefix !== '' && { prefix }),
  };
  const { lines, more, problem } = await readPage(query, (part) =>
    desk.ask(() => desk.options.perdure.listPlans({ ...filter, ...part })),
  );
  const list = <PlansPage viewer={viewerOf(c)} query={query} plans={lines} more={more} problem={problem} />;
  return page(c, list, problem === undefined ? 200 : 400);
}

async function propsOf(c: Context<InboxEnv>, desk: Desk): Promise<PlanProps> {
  const key = c.req.param('key') ?? '';
  const plan = await ownPlan(desk, key);
  const report = await desk.ask(() => plan.status());
  // Of one that was ended from outside nobody has an outcome.
  const outcome = hasEnded(report.status) && report.steps.length > 0 ? await desk.ask(() => plan.outcome()) : undefined;
  const questions = outcome ? [] : await planQuestions(desk, key);
  return {
    viewer: viewerOf(c),
    report,
    ...(outcome && { outcome }),
    questions,
    temporal: temporalPage(desk.options.temporalUi, planWorkflowId(key)),
    stopping: c.req.query('said') === 'stopping',
    mark: markOf(report),
  };
}

function stopPage(c: Context<InboxEnv>, { key, name, status, startedAt }: PlanReport) {
  const rows = [
    ['Plan', name],
    ['Status', <Status status={status} />],
    ['Started', <When at={startedAt} />],
  ] as const;
  return <StopPage viewer={viewerOf(c)} place="plans" noun="plan" of={key} path={planPath(key)} rows={rows} />;
}
