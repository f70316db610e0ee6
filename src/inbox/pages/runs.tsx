import { endpointNames } from '../../core/endpoints.js';
import { runStatuses } from '../../core/run.js';
import type { RunSummary } from '../../client/description.js';
import type { Viewer } from './layout.js';
import { Choice, isNarrow, ListPage } from './list.js';
import { runPath, Status, Took, When } from './parts.js';

/** What a list of runs is narrowed by, as it stands in the address. */
export interface RunsQuery {
  status: string;
  endpoint: string;
  account: string;
  prefix: string;
  page: number;
}

export interface RunsProps {
  viewer: Viewer;
  query: RunsQuery;
  runs: readonly RunSummary[];
  more: boolean;
  /** Why the filter can't be used. */
  problem?: string;
}

/** The runs of this deployment. */
export function RunsPage({ viewer, query, runs, more, problem }: RunsProps) {
  return (
    <ListPage
      viewer={viewer}
      title="Runs"
      place="runs"
      noun="run"
      query={{ ...query }}
      count={runs.length}
      more={more}
      problem={problem}
      filter={<Filter query={query} />}
      command={'npx perdure run anchor.webTask --key first --prompt "…"'}
    >
      <Table runs={runs} />
    </ListPage>
  );
}

function Filter({ query }: { query: RunsQuery }) {
  return (
    <form class="filter" method="get" action="/runs" role="search" aria-label="Narrow the list">
      <Choice name="status" label="Status" given={query.status} values={runStatuses} />
      <Choice name="endpoint" label="Endpoint" given={query.endpoint} values={endpointNames} />
      <div class="field">
        <label for="account">Account</label>
        <input id="account" name="account" value={query.account} placeholder="anchor/default" />
      </div>
      <div class="field">
        <label for="prefix">Key begins with</label>
        <input id="prefix" name="prefix" value={query.prefix} placeholder="invoice-" />
      </div>
      <div class="actions">
        <button type="submit">Show</button>
        {isNarrow({ ...query }) && <a href="/runs">Show all</a>}
      </div>
    </form>
  );
}

function Table({ runs }: { runs: readonly RunSummary[] }) {
  return (
    <table class="runs">
      <thead>
        <tr>
          <th scope="col">Key</th>
          <th scope="col">Status</th>
          <th scope="col">Endpoint</th>
          <th scope="col">Account</th>
          <th scope="col">Started</th>
          <th scope="col">Took</th>
        </tr>
      </thead>
      <tbody>
        {runs.map(({ key, status, endpoint, account, startedAt, endedAt }) => (
          <tr>
            <th scope="row">
              <a href={runPath(key)}>{key}</a>
            </th>
            <td>
              <Status status={status} />
            </td>
            <td data-label="Endpoint">{endpoint}</td>
            <td data-label="Account">{account}</td>
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
