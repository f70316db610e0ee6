import type { Context } from '@temporalio/activity';
import type { ActivityExecuteInput, ActivityInterceptors } from '@temporalio/worker';
import { contextOf, endSpan, nameOfError, tracing } from './open-telemetry.js';
import { runOfActivity } from './run-of-activity.js';
import { traceIn } from './trace-header.js';

/** Traces Perdure's activities beneath the workflows that call them; those of the user's are left alone. */
export function traceActivity({ info }: Context): ActivityInterceptors {
  if (!info.activityType.startsWith('perdure')) return {};
  return { inbound: { execute: (input, next) => spanned(info, input, next) } };
}

async function spanned(
  info: Context['info'],
  input: ActivityExecuteInput,
  next: (input: ActivityExecuteInput) => Promise<unknown>,
): Promise<unknown> {
  const own = tracing();
  if (!own) return next(input);
  const { api, tracer } = own;
  const { key, endpoint, account, attempt } = runOfActivity(info, input.args);
  const attributes = {
    'temporal.workflow.id': info.workflowExecution?.workflowId,
    'perdure.attempt': attempt,
    'perdure.key': key,
    'perdure.endpoint': endpoint,
    'perdure.account': account,
  };
  const parent = contextOf(own, traceIn(input.headers));
  const span = tracer.startSpan(`activity ${info.activityType}`, { attributes }, parent);
  try {
    const result = await api.context.with(api.trace.setSpan(parent, span), () => next(input));
    const kind = typeof result === 'object' && result !== null && 'kind' in result ? result.kind : undefined;
    if (typeof kind === 'string') span.setAttribute('perdure.start', kind);
    endSpan(own, span);
    return result;
  } catch (error) {
    endSpan(own, span, nameOfError(error));
    throw error;
  }
}
