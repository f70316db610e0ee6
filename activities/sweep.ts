import { Context } from '@temporalio/activity';
import { endpointNames, providerOf } from '../src/core/endpoints.js';
import { isPerdureError, PerdureError } from '../src/core/errors.js';
import type { Orphan, SweepReport, SweepTask, SweptAccount } from '../src/core/sweep.js';
import type { Call, EndpointDriver, Found, Provider } from '../src/providers/provider.js';
import type { ActivityDependencies } from './dependencies.js';
import { endSession } from './end-session.js';
import { inOwnWords, toFailure, toOutcomeError } from './failure.js';
import { withHeartbeats } from './heartbeats.js';
import { OpenRuns } from './open-runs.js';
import { patiently } from './retry.js';
import { stopFound } from './stop-found.js';

/** Finds what lives at the providers with a mark of this deployment though its workflow has ended, and ends it where told to. */
export function sweepOrphans(dependencies: ActivityDependencies): (task: SweepTask) => Promise<SweepReport> {
  return (task) =>
    withHeartbeats(task.timings.heartbeat, async () => {
      try {
        return await sweep(dependencies, task);
      } catch (error) {
        throw isPerdureError(error) ? toFailure(error) : error;
      }
    });
}

async function sweep(dependencies: ActivityDependencies, task: SweepTask): Promise<SweepReport> {
  const { scope } = dependencies;
  const { client } = Context.current();
  const { deployment, end } = task;
  assertOwnDeployment(scope.deployment(), deployment);
  await scope.assertCluster(client, task.acceptCluster);
  const runs = await OpenRuns.read(client, deployment);
  countOverdue(deployment, runs.overdue);
  const accounts: SweptAccount[] = [];
  for (const account of task.accounts ?? scope.accounts()) {
    accounts.push(await sweepAccount(dependencies, { account, task, runs }));
  }
  return { deployment, end, accounts, overdue: runs.overdue };
}

function countOverdue(deployment: string, { length }: string[]): void {
  const about = 'Open runs that should have ended by now, at the last sweep';
  Context.current().metricMeter.createGauge('perdure_runs_overdue', 'int', 'runs', about).set(length, { deployment });
}

/** The worker's accounts and home are those of its own deployment. */
function assertOwnDeployment(own: string, asked: string): void {
  if (own === asked) return;
  throw new PerdureError({
    code: 'bad-input',
    message: `The worker belongs to the deployment '${own}', and '${asked}' was to be swept.`,
    hint: 'Give both the same home or PERDURE_DEPLOYMENT, or keep deployments apart by PERDURE_TASK_QUEUE.',
  });
}

interface Round {
  account: string;
  task: SweepTask;
  runs: OpenRuns;
}

async function sweepAccount(dependencies: ActivityDependencies, round: Round): Promise<SweptAccount> {
  const { account } = round;
  try {
    const driver = driverOf(await dependencies.provider(account));
    return await sweepDriver(driver, round);
  } catch (error) {
    // One account that can't be read must not keep the others from being swept; Temporal's own errors do.
    if (!isPerdureError(error) || Context.current().cancellationSignal.aborted) throw error;
    const answered = error.status !== undefined && { message: inOwnWords(error) };
    return { account, orphans: [], kept: 0, error: { ...toOutcomeError(error), ...answered } };
  }
}

/** Sessions and runs are listed by account: any driver of the provider's sees them all. */
function driverOf(provider: Provider): EndpointDriver {
  const endpoint = endpointNames.find((name) => providerOf(name) === provider.name) ?? endpointNames[0];
  return provider.driver(endpoint);
}

async function sweepDriver(driver: EndpointDriver, { account, task, runs }: Round): Promise<SweptAccount> {
  const call = { timeoutMs: task.timings.request, signal: Context.current().cancellationSignal };
  const patience = { backoff: task.timings.backoff, until: Date.now() + task.timings.release };
  const live = await patiently(patience, () => driver.listMarked(task.deployment, call));
  const orphans: Orphan[] = [];
  for (const found of live) {
    const state = isOld(found, task.olderThanMs) ? await runs.workflowOf(found.mark) : 'open';
    if (state === 'open') continue;
    const { kind, id, mark, createdAt } = found;
    const ended = task.end ? await endFound(driver, found, task, call) : undefined;
    orphans.push({ kind, id, mark, createdAt, workflow: state, state: stateOf(ended) });
  }
  return { account, orphans, kept: live.length - orphans.length };
}

/** What has no time of its creation is never old. */
function isOld({ createdAt }: Found, olderThanMs: number): boolean {
  return Date.now() - Date.parse(createdAt) > olderThanMs;
}

function stateOf(ended: boolean | undefined): Orphan['state'] {
  if (ended === undefined) return 'found';
  return ended ? 'ended' : 'unconfirmed';
}

async function endFound(driver: EndpointDriver, found: Found, { timings }: SweepTask, call: Call): Promise<boolean> {
  if (found.kind === 'run') return (await stopFound(driver, found, timings)).ended;
  const patience = { backoff: timings.backoff, until: Date.now() + timings.release / 2 };
  return endSession(driver, found.id, { patience, grace: timings.backoff.max }, call);
}
