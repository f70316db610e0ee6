import type { BatchSummary } from '../../client/batch/batch-list.js';
import type { RunSummary } from '../../client/description.js';
import type { BatchReport } from '../../core/batch.js';
import type { RunStatus } from '../../core/run.js';
import { Page, type Viewer } from './layout.js';
import { batchPath, Facts, lasting, Live, Note, runPath, Status, Took, usageText, When } from './parts.js';
import { Bar, Counts } from './progress.js';

/** Runs of a batch that are worth a look. */
export interface BatchItems {
  open: readonly RunSummary[];
  failed: readonly RunSummary[];
}

export interface BatchProps {
  viewer: Viewer;
  batch: BatchSummary;
  items: BatchItems;
  /** Its page at Temporal. */
  temporal?: string;
  /** Whether it was just asked to stop. */
  stopping?: boolean;
  /** Where live news begins. */
  mark: string;
}

/** One batch. */
export function BatchPage(props: BatchProps) {
  const { viewer, batch, mark } = props;
  const goesOn = batch.status === 'running';
  return (
    <Page title={batch.key} viewer={viewer} place="batches" reload={goesOn ? 20 : undefined}>
      <p class="crumb">
        <a href="/batches">Batches</a>
      </p>
      <Live
        what="page"
        refresh={batchPath(batch.key, '/story')}
        news={goesOn ? batchPath(batch.key, `/events?from=${mark}`) : undefined}
      >
        <BatchStory {...props} />
      </Live>
    </Page>
  );
}

/** The part of it that changes. */
export function BatchStory({ batch, items, temporal, stopping }: BatchProps) {
  const { report } = batch;
  return (
    <>
      <Head batch={batch} temporal={temporal} />
      <State batch={batch} stopping={stopping} />
      {report && <Bar report={report} labelled />}
      {report && <Counts report={report} />}
      <div class="split">
        <div>
          {report && <Failures report={report} />}
          <Runs title="Failed" id="failed" runs={items.failed} batch={batch.key} status="failed" />
          <Runs title="Under way" id="open" runs={items.open} batch={batch.key} status="running" />
          {report && <Slowest report={report} />}
        </div>
        <aside aria-label="About this batch">
          <BatchFacts batch={batch} />
        </aside>
      </div>
    </>
  );
}

function Head({ batch: { key, status }, temporal }: { batch: BatchSummary; temporal: string | undefined }) {
  return (
    <div class="head">
      <h1 class="key">{key}</h1>
      <div class="actions">
        <a href={runsOf(key)}>All its runs</a>
        {temporal !== undefined && (
          <a href={temporal} rel="noreferrer">
            In Temporal
          </a>
        )}
        {status === 'running' && (
          <a class="danger" href={batchPath(key, '/stop')}>
            Stop…
          </a>
        )}
      </div>
    </div>
  );
}

/** What is to be known before the numbers. */
function State({ batch: { key, status, report }, stopping }: { batch: BatchSummary; stopping: boolean | undefined }) {
  const notStarted = report?.notStarted ?? 0;
  if (!report) {
    return <Note kind="warn">No worker is there to tell how far it is. Start one: npx perdure up</Note>;
  }
  if (status === 'unknown') {
    return (
      <Note kind="warn">
        <strong>Its workflow was ended from outside.</strong> What was under way goes on by itself, and is cleaned up.
        Start the batch again with the same key and results file to go on with it.
      </Note>
    );
  }
  if (report.stopped === 'failures') {
    return (
      <Note kind="bad">
        <strong>Stopped after too many failures.</strong> {notStarted} {notStarted === 1 ? 'item was' : 'items were'}{' '}
        not started{report.live > 0 && '; what is under way goes on'}. When the cause is mended, the same command with{' '}
        <code>--again failed</code> goes on with it.
      </Note>
    );
  }
  if (status === 'running' && (stopping || report.stopped === 'cancelled')) {
    return <Note>It is being stopped: nothing more is started, and each run under way is stopped and cleaned up.</Note>;
  }
  if (report.stopped === 'cancelled') {
    return (
      <Note>
        Stopped by somebody; {notStarted} {notStarted === 1 ? 'item was' : 'items were'} not started. The same key goes
        on with it: {key}
      </Note>
    );
  }
  return <></>;
}

function Failures({ report: { failures } }: { report: BatchReport }) {
  const codes = Object.entries(failures).toSorted(([, a], [, b]) => b - a);
  if (codes.length === 0) return <></>;
  return (
    <section aria-labelledby="codes">
      <h2 id="codes">Errors by code</h2>
      <table class="small">
        <tbody>
          {codes.map(([code, count]) => (
            <tr>
              <th scope="row">{code}</th>
              <td class="number">{count}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

interface RunsProps {
  title: string;
  id: string;
  batch: string;
  runs: readonly RunSummary[];
  /** By which the rest of them is found. */
  status: RunStatus;
}

function Runs({ title, id, batch, runs, status }: RunsProps) {
  if (runs.length === 0) return <></>;
  const shown = runs.slice(0, mostShown);
  return (
    <section aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      <table class="small lines">
        <tbody>
          {shown.map(({ key, status: stands, startedAt, endedAt }) => (
            <tr>
              <th scope="row">
                <a href={runPath(key)}>{itemOf(key, batch)}</a>
              </th>
              <td>
                <Status status={stands} />
              </td>
              <td class="number">
                {endedAt === undefined ? <When at={startedAt} /> : <Took from={startedAt} to={endedAt} />}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {runs.length > shown.length && (
        <p class="hint">
          The newest {mostShown}. <a href={`${runsOf(batch)}&status=${status}`}>All that are {status}</a>
        </p>
      )}
    </section>
  );
}

/** Runs of a kind that are shown on the page of their batch. */
export const mostShown = 10;

function Slowest({ report: { key, slowest } }: { report: BatchReport }) {
  if (slowest.length === 0) return <></>;
  return (
    <section aria-labelledby="slowest">
      <h2 id="slowest">Slowest</h2>
      <table class="small">
        <tbody>
          {slowest.map(({ key: item, ms, run = `${key}/${item}` }) => (
            <tr>
              <th scope="row">
                <a href={runPath(run)}>{item}</a>
              </th>
              <td class="number">{lasting(ms)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function BatchFacts({ batch: { key, status, startedAt, endedAt, report } }: { batch: BatchSummary }) {
  return (
    <Facts
      rows={[
        ['Status', <Status status={status} />],
        ['Runs', <a href={runsOf(key)}>{key}/…</a>],
        ['Started', <When at={startedAt} />],
        ['Ended', endedAt !== undefined && <When at={endedAt} />],
        ['Took', endedAt !== undefined && <Took from={startedAt} to={endedAt} />],
        ['Used', report && usageText(report.usage)],
      ]}
    />
  );
}

/** The list of the runs of a batch. */
function runsOf(key: string): string {
  return `/runs?prefix=${encodeURIComponent(`${key}/`)}`;
}

function itemOf(run: string, batch: string): string {
  return run.startsWith(`${batch}/`) ? run.slice(batch.length + 1) : run;
}
