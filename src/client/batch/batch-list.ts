import type { Client } from '@temporalio/client';
import { type BatchReport, type BatchStatus, batchStatuses } from '../../core/batch.js';
import { isPerdureError } from '../../core/errors.js';
import { inTurns } from '../../core/in-turns.js';
import { attributeOf, batchWorkflowId, keyOfBatch } from '../../core/names.js';
import type { Described } from '../description.js';
import { type ListFilter, listExecutions, oneOf, plain } from '../listing.js';
import { BatchCalls } from './calls.js';

/** Which batches to list; what is left out does not matter. */
export interface BatchFilter extends ListFilter {
  /** Default: all. */
  status?: BatchStatus[];
}

/** One line of a list of batches. */
export interface BatchSummary {
  key: string;
  status: BatchStatus;
  /** ISO 8601. */
  startedAt: string;
  /** ISO 8601; absent while it goes on. */
  endedAt?: string;
  /** Absent where no worker can tell it. */
  report?: BatchReport;
}

const readsAtOnce = 8;

/** The batches that fit, each with its report. Throws `bad-input` for a value that no batch can have. */
export async function listBatches(client: Client, filter: BatchFilter): Promise<BatchSummary[]> {
  const { status, prefix = '' } = filter;
  const wanted = status?.length ? status.map((name) => oneOf(batchStatuses, name)) : batchStatuses;
  const begins = batchWorkflowId(prefix === '' ? '' : plain(prefix));
  const query = `WorkflowType = 'batchRun' AND WorkflowId STARTS_WITH '${begins}' AND ExecutionStatus != 'ContinuedAsNew'`;
  const seen = new Set<string>();
  const found = await listExecutions(client, query, filter, (info) => {
    // One that was started again has executions that are over; how it stands is said by the newest alone.
    if (seen.has(info.workflowId)) return undefined;
    seen.add(info.workflowId);
    const summary = summaryOfBatch(info);
    return wanted.includes(summary.status) ? summary : undefined;
  });
  return inTurns(found, readsAtOnce, (summary) => withReport(client, summary));
}

/** One batch by its key, as it stands now. Throws `batch-not-found`. */
export async function findBatch(client: Client, key: string): Promise<BatchSummary> {
  return withReport(client, summaryOfBatch(await new BatchCalls(client, key).describe()));
}

/** What Temporal itself knows of a batch. */
function summaryOfBatch(info: Described): BatchSummary {
  return {
    key: keyOfBatch(info.workflowId) ?? info.workflowId,
    status: statusOf(info),
    startedAt: info.startTime.toISOString(),
    ...(info.closeTime && { endedAt: info.closeTime.toISOString() }),
  };
}

function statusOf({ status, typedSearchAttributes }: Described): BatchStatus {
  if (status.name === 'RUNNING') return 'running';
  if (status.name !== 'COMPLETED') return 'unknown';
  const told = batchStatuses.find((each) => each === attributeOf(typedSearchAttributes, 'PerdureStatus'));
  return told === undefined || told === 'running' ? 'completed' : told;
}

async function withReport(client: Client, summary: BatchSummary): Promise<BatchSummary> {
  try {
    const report = await new BatchCalls(client, summary.key).report(listPatience);
    // Temporal's own start is that of the newest execution.
    return { ...summary, startedAt: report.startedAt, report };
  } catch (error) {
    if (isPerdureError(error)) return summary;
    throw error;
  }
}

/** Milliseconds that one batch has to tell how it stands. */
const listPatience = 2_000;
