import type { BatchSummary } from '../../client/batch/batch-list.js';
import { batchStatuses } from '../../core/batch.js';
import type { Viewer } from './layout.js';
import { ListPage, ShortFilter, type ShortQuery } from './list.js';
import { batchPath, Status, usageText, When } from './parts.js';
import { Bar, countsOf } from './progress.js';

export interface BatchesProps {
  viewer: Viewer;
  query: ShortQuery;
  batches: readonly BatchSummary[];
  more: boolean;
  /** Why the filter can't be used. */
  problem?: string;
}

/** The batches of this deployment. */
export function BatchesPage({ viewer, query, batches, more, problem }: BatchesProps) {
  return (
    <ListPage
      viewer={viewer}
      title="Batches"
      place="batches"
      noun="batch"
      query={{ ...query }}
      count={batches.length}
      more={more}
      problem={problem}
      filter={<ShortFilter place="/batches" query={query} values={batchStatuses} />}
      command={'npx perdure batch run items.jsonl --key first --endpoint anchor.webTask …'}
    >
      <Table batches={batches} />
    </ListPage>
  );
}

function Table({ batches }: { batches: readonly BatchSummary[] }) {
  return (
    <table class="runs">
      <thead>
        <tr>
          <th scope="col">Key</th>
          <th scope="col">Status</th>
          <th scope="col">Done</th>
          <th scope="col">Failed</th>
          <th scope="col">Open</th>
          <th scope="col">Used</th>
          <th scope="col">Started</th>
        </tr>
      </thead>
      <tbody>
        {batches.map((batch) => (
          <Row batch={batch} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ batch: { key, status, startedAt, report } }: { batch: BatchSummary }) {
  const counts = report && countsOf(report);
  return (
    <tr>
      <th scope="row">
        <a href={batchPath(key)}>{key}</a>
        {report && <Bar report={report} />}
      </th>
      <td>
        <Status status={status} />
      </td>
      <td data-label="Done">{counts ? `${counts.ended} of ${counts.total}` : 'no worker tells'}</td>
      <td data-label="Failed">{counts?.failed ?? '–'}</td>
      <td data-label="Open">{counts?.open ?? '–'}</td>
      <td data-label="Used">{report ? usageText({ credits: report.usage.credits }) : '–'}</td>
      <td data-label="Started">
        <When at={startedAt} />
      </td>
    </tr>
  );
}
