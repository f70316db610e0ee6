import type { WorkflowClientInterceptor } from '@temporalio/client';
import { type Headers, TypedSearchAttributes } from '@temporalio/common';
import { attributeOf, keyOfWorkflowId, wire } from '../core/names.js';
import { type Attributes, endSpan, nameOfError, placeOf, tracing } from './open-telemetry.js';
import { withTrace } from './trace-header.js';

/** What people tell a workflow; signals and updates between workflows are too many to be of use. */
const told: readonly string[] = [wire.answer, wire.claim, wire.settle, wire.takeover];

interface Step {
  name: string;
  headers: Headers;
  attributes: Attributes;
}

/**
 * Traces what a Temporal client starts, and the answers that it gives, in the trace at hand; the workflow goes on in
 * it. For clients of the user's own: `new Client({ connection, interceptors: { workflow: [traceClient()] } })`. Without
 * an OpenTelemetry SDK it does nothing.
 */
export function traceClient(): WorkflowClientInterceptor {
  return {
    startWithDetails: (input, next) => {
      const { workflowId, typedSearchAttributes: given } = input.options;
      const searchable = given instanceof TypedSearchAttributes ? given : new TypedSearchAttributes(given);
      const endpoint = attributeOf(searchable, 'PerdureEndpoint');
      const account = attributeOf(searchable, 'PerdureAccount');
      const attributes = {
        ...ofWorkflow(workflowId),
        ...(endpoint !== undefined && { 'perdure.endpoint': endpoint }),
        ...(account !== undefined && { 'perdure.account': account }),
      };
      const name = `start ${input.workflowType}`;
      return spanned({ name, headers: input.headers, attributes }, (headers) => next({ ...input, headers }));
    },
    startUpdate: (input, next) => {
      const { updateName, workflowExecution, headers } = input;
      if (!told.includes(updateName)) return next(input);
      const attributes = ofWorkflow(workflowExecution.workflowId);
      return spanned({ name: `update ${updateName}`, headers, attributes }, (own) => next({ ...input, headers: own }));
    },
    signal: (input, next) => {
      const { signalName, workflowExecution, headers } = input;
      if (!told.includes(signalName)) return next(input);
      const attributes = ofWorkflow(workflowExecution.workflowId);
      return spanned({ name: `signal ${signalName}`, headers, attributes }, (own) => next({ ...input, headers: own }));
    },
  };
}

function ofWorkflow(workflowId: string | null | undefined): Attributes {
  const key = keyOfWorkflowId(workflowId ?? '');
  return { 'temporal.workflow.id': workflowId ?? '', ...(key !== undefined && { 'perdure.key': key }) };
}

/** A key that is taken is no error: the run is found that has it. */
const found = 'WorkflowExecutionAlreadyStartedError';

async function spanned<T>({ name, headers, attributes }: Step, work: (headers: Headers) => Promise<T>): Promise<T> {
  const own = tracing();
  if (!own) return work(headers);
  const { api, tracer } = own;
  const span = tracer.startSpan(name, { kind: api.SpanKind.PRODUCER, attributes });
  try {
    const result = await work(withTrace(headers, placeOf(own, span)));
    endSpan(own, span);
    return result;
  } catch (error) {
    const failure = nameOfError(error);
    if (failure === found) span.setAttribute('perdure.found', true);
    endSpan(own, span, failure === found ? undefined : failure);
    throw error;
  }
}
