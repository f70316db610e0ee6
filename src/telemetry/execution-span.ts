import type { WorkflowInfo } from '@temporalio/workflow';
import type { ExecutionEnd } from '../core/execution-end.js';
import { keyOfWorkflowId } from '../core/names.js';
import { spanIdOf } from '../core/trace-parent.js';
import { contextOf, endSpan, tracing } from './open-telemetry.js';

/** Makes the span of an execution that has ended. */
export function traceExecution({ workflowType, workflowId, runId }: WorkflowInfo, end: ExecutionEnd): void {
  const own = tracing();
  if (!own) return;
  const { parent, startedAt, endedAt, status, code, endpoint, account } = end;
  const attributes = {
    'temporal.workflow.id': workflowId,
    'temporal.run.id': runId,
    'perdure.key': keyOfWorkflowId(workflowId),
    'perdure.endpoint': endpoint,
    'perdure.account': account,
    'perdure.status': status,
  };
  const options = { attributes, startTime: startedAt };
  const span = own.tracer.startSpan(`workflow ${workflowType}`, options, contextOf(own, parent));
  // The API has no way to choose an id, and what is beneath the span was sent off with this one. Where an SDK gives only
  // a copy of its context, the span keeps the id that it has.
  if (span.isRecording()) span.spanContext().spanId = spanIdOf(runId);
  endSpan(own, span, bad.has(status) ? (code ?? status) : undefined, endedAt);
}

const bad: ReadonlySet<string> = new Set(['failed', 'timed-out', 'unknown']);
