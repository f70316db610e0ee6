import type { PlanSummary } from '../../client/plan-list.js';
import { planStatuses } from '../../core/plan.js';
import type { Viewer } from './layout.js';
import { ListPage, ShortFilter, type ShortQuery } from './list.js';
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
    <ListPage
      viewer={viewer}
      title="Plans"
      place="plans"
      noun="plan"
      query={{ ...query }}
      count={plans.length}
      more={more}
      problem={problem}
      filter={<ShortFilter place="/plans" query={query} values={planStatuses} />}
      command={'npx perdure plan run plan.yaml --key first'}
    >
      <Table plans={plans} />
    </ListPage>
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
