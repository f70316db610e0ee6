import { asyncLocalStorage } from '@temporalio/activity';
import type { MetricMeter } from '@temporalio/common';
import type { Observe, ObservedRequest, RequestEnd } from '../http/observe.js';
import { endSpan, type Span, tracing } from './open-telemetry.js';

/** Where provider requests are told of. */
interface RequestTelling {
  /** Asked at the first request. */
  meter: () => MetricMeter;
  /** Whether they are traced. */
  traced: boolean;
}

/** Counts and traces provider requests: what was asked, what came of it and how long it took, and nothing of the content. */
export function observeRequests({ meter, traced }: RequestTelling): Observe {
  let count: ReturnType<typeof countWith> | undefined;
  return (request) => {
    const startedAt = performance.now();
    const end = traced ? spanOf(request) : undefined;
    return (outcome) => {
      count ??= countWith(meter());
      count(request, outcome, Math.round(performance.now() - startedAt));
      end?.(outcome);
    };
  };
}

function countWith(meter: MetricMeter): (request: ObservedRequest, end: RequestEnd, ms: number) => void {
  const requests = meter.createCounter('perdure_provider_requests', 'requests', 'Requests to providers');
  const about = 'How long a request to a provider took';
  const duration = meter.createHistogram('perdure_provider_request_duration', 'int', 'ms', about);
  return ({ account, method, route }, { status, error = 'ok' }, ms) => {
    requests.add(1, { account, method, route, status: String(status ?? error) });
    duration.record(ms, { account, method, route });
  };
}

function spanOf({ provider, account, method, route }: ObservedRequest): ((end: RequestEnd) => void) | undefined {
  const own = tracing();
  if (!own) return undefined;
  const span: Span = own.tracer.startSpan(`${method} ${route}`, {
    kind: own.api.SpanKind.CLIENT,
    attributes: {
      'http.request.method': method,
      'url.template': route,
      'perdure.provider': provider,
      'perdure.account': account,
      // Of the activity that sends.
      'perdure.attempt': asyncLocalStorage.getStore()?.info.attempt,
    },
  });
  return ({ status, error }) => {
    if (status !== undefined) span.setAttribute('http.response.status_code', status);
    endSpan(own, span, error);
  };
}
