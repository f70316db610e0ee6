import type { PlanSummary } from '../../client/plan-list.js';
import { planStatuses } from '../../core/plan.js';
import { Page, type Viewer } from './layout.js';
import { Misfit, Paging, ShortFilter, type ShortQuery } from './list.js';
import { planPath, Status, Took, When } from './parts.js';

export interface PlansProps {
  viewer: Viewer;
  query: ShortQuery;
  plans: readonly PlanSummary[];
  more: boolean;
  /** Why the filter can't be used. */
  problem?: string;
}

/** The plans of this deployment. */
export function PlansPage({ viewer, query, plans, more, problem }: PlansProps) {
  return (
    <Page title="Plans" viewer={viewer} place="plans">
      <div class="head">
        <h1>Plans</h1>
      </div>
      <ShortFilter place="/plans" query={query} values={planStatuses} />
      <Misfit problem={problem} />
      {plans.length === 0 ? <Nothing query={query} /> : <Table plans={plans} />}
      <Paging place="/plans" query={{ ...query }} more={more} />
    </Page>
  );
}

function Table({ plans }: { plans: readonly PlanSummary[] }) {
  return (
    <table class="runs">
      <thead>
        <tr>
          <th scope="col">Key</th>
          <th scope="col">Status</th>
          <th scope="col">Plan</th>
          <th scope="col">Steps</th>
          <th scope="col">Started</th>
          <th scope="col">Took</th>
        </tr>
      </thead>
      <tbody>
        {plans.map(({ key, name, steps, status, startedAt, endedAt }) => (
          <tr>
            <th scope="row">
              <a href={planPath(key)}>{key}</a>
            </th>
            <td>
              <Status status={status} />
            </td>
            <td data-label="Plan" class="wraps">
              {name ?? '–'}
            </td>
            <td data-label="Steps">{steps ?? '–'}</td>
            <td data-label="Started">
              <When at={startedAt} />
            </td>
            <td data-label="Took">{endedAt === undefined ? '–' : <Took from={startedAt} to={endedAt} />}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Nothing({ query }: { query: ShortQuery }) {
  const narrow = query.status !== '' || query.prefix !== '';
  return (
    <div class="empty">
      <p class="lead">{narrow ? 'No plan fits.' : 'There are no plans yet.'}</p>
      {!narrow && (
        <p>
          Start one with <code>npx perdure plan run plan.yaml --key first</code>
        </p>
      )}
    </div>
  );
}
