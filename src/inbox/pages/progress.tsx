import { type BatchReport, isFailure } from '../../core/batch.js';
import { isFinal, type RunStatus } from '../../core/run.js';

/** How many items of a batch are where. */
export function countsOf(report: BatchReport) {
  const { byStatus, live, queued, notStarted = 0 } = report;
  const entries = Object.entries(byStatus) as [RunStatus, number][];
  const count = (fits: (status: RunStatus) => boolean) =>
    entries.reduce((sum, [status, number]) => (fits(status) ? sum + number : sum), 0);
  const ended = count(() => true);
  return {
    ended,
    completed: count((status) => status === 'completed'),
    failed: count((status) => isFinal(status) && isFailure(status)),
    cancelled: count((status) => status === 'cancelled'),
    open: live + queued,
    live,
    queued,
    notStarted,
    total: ended + live + queued + notStarted,
  };
}

const barWidth = 1000;

/** How far a batch is: what completed, what did not, and what is under way, as shares of all. */
export function Bar({ report, labelled }: { report: BatchReport; labelled?: boolean }) {
  const { completed, failed, cancelled, live, ended, total } = countsOf(report);
  const shares = [
    ['completed', completed],
    ['failed', failed],
    ['cancelled', cancelled],
    ['live', live],
  ] as const;
  let from = 0;
  const label = `${ended} of ${total} ended, ${failed} failed`;
  return (
    <div class={labelled ? 'progress large' : 'progress'}>
      <svg viewBox={`0 0 ${barWidth} 10`} preserveAspectRatio="none" role="img" aria-label={label}>
        {shares.map(([name, count]) => {
          const width = total === 0 ? 0 : (count / total) * barWidth;
          const x = from;
          from += width;
          return width > 0 && <rect class={`p-${name}`} x={x.toFixed(1)} y="0" width={width.toFixed(1)} height="10" />;
        })}
      </svg>
      {labelled && (
        <p>
          {ended} of {total} {total === 1 ? 'item has' : 'items have'} ended
          {total > 0 && ` · ${Math.floor((ended / total) * 100)} %`}
        </p>
      )}
    </div>
  );
}

/** The same in numbers. */
export function Counts({ report }: { report: BatchReport }) {
  const { completed, failed, cancelled, live, queued, notStarted } = countsOf(report);
  const tiles = [
    ['Completed', completed, 'completed'],
    ['Failed', failed, 'failed'],
    ['Cancelled', cancelled, 'cancelled'],
    ['Under way', live, 'live'],
    ['Waiting', queued, 'queued'],
    ['Not started', notStarted, 'queued'],
  ] as const;
  return (
    <dl class="tally">
      {tiles
        .filter(([name, count]) => count > 0 || !['Cancelled', 'Not started'].includes(name))
        .map(([name, count, look]) => (
          <div class={`t-${look}`}>
            <dt>{name}</dt>
            <dd>{count}</dd>
          </div>
        ))}
    </dl>
  );
}
