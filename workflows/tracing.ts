import {
  defaultPayloadConverter,
  proxySinks,
  type Sinks,
  workflowInfo,
  type WorkflowExecuteInput,
  type WorkflowInterceptors,
} from '@temporalio/workflow';
import type { ExecutionEnd, traceSink } from '../src/core/execution-end.js';
import { readCarrier, spanIdOf, traceHeader, type TraceParent, writeCarrier } from '../src/core/trace-parent.js';

interface TraceSinks extends Sinks {
  perdureTrace: { ended(end: ExecutionEnd): void };
}

/** A name that is spelled differently in the two places would be a sink that nobody hears. */
const sinks: Record<typeof traceSink, TraceSinks['perdureTrace']> = proxySinks<TraceSinks>();

type Headers = WorkflowExecuteInput['headers'];

/**
 * Carries the trace that a workflow was started in on to its activities, its children and its next execution, and tells
 * the worker when it ends. It makes no command and no random number, and what it is put around is called and awaited as
 * without it: histories lead to the same commands with it and without.
 */
export const interceptors = (): WorkflowInterceptors => {
  let header: Headers = {};
  const traced = <I extends { headers: Headers }>(input: I): I => ({
    ...input,
    headers: { ...input.headers, ...header },
  });
  return {
    inbound: [
      {
        execute: (input, next) => {
          const parent = readHeader(input.headers);
          if (!parent) return next(input);
          header = writeHeader({ ...parent, spanId: spanIdOf(workflowInfo().runId) });
          const work = next(input);
          work.then(
            (result) => tellEnd(parent, input.args, endOf(result)),
            (error: unknown) => tellEnd(parent, input.args, failureOf(error)),
          );
          return work;
        },
      },
    ],
    outbound: [
      {
        scheduleActivity: (input, next) => next(traced(input)),
        scheduleLocalActivity: (input, next) => next(traced(input)),
        startChildWorkflowExecution: (input, next) => next(traced(input)),
        continueAsNew: (input, next) => next(traced(input)),
      },
    ],
  };
};

function readHeader(headers: Headers): TraceParent | undefined {
  const payload = headers[traceHeader];
  if (!payload) return undefined;
  try {
    return readCarrier(defaultPayloadConverter.fromPayload(payload));
  } catch {
    // A header of somebody else's, in a form of its own.
    return undefined;
  }
}

function writeHeader(place: TraceParent): Headers {
  return { [traceHeader]: defaultPayloadConverter.toPayload(writeCarrier(place)) };
}

type Known = Pick<ExecutionEnd, 'status' | 'code'>;

function tellEnd(parent: TraceParent, [input]: unknown[], end: Known): void {
  const { runStartTime } = workflowInfo();
  const { account, agent } = asRecord(input);
  const { endpoint } = asRecord(agent);
  sinks.perdureTrace.ended({
    parent,
    startedAt: runStartTime.getTime(),
    endedAt: Date.now(),
    ...end,
    ...(typeof endpoint === 'string' && typeof account === 'string' && { endpoint, account }),
  });
}

/** A run that failed completes all the same, with its outcome. */
function endOf(result: unknown): Known {
  const { status, error } = asRecord(workflowInfo().workflowType === 'agentRun' ? result : undefined);
  const { code } = asRecord(error);
  return {
    status: typeof status === 'string' ? status : 'completed',
    ...(typeof code === 'string' && { code }),
  };
}

function failureOf(error: unknown): Known {
  const { name, type } = asRecord(error);
  if (name === 'ContinueAsNew') return { status: 'continued-as-new' };
  if (name === 'CancelledFailure') return { status: 'cancelled' };
  const code = typeof type === 'string' ? type : name;
  return { status: 'failed', ...(typeof code === 'string' && { code }) };
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
