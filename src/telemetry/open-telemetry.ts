import { createRequire } from 'node:module';
import type * as OpenTelemetry from '@opentelemetry/api';
import type { TraceParent } from '../core/trace-parent.js';

type Api = typeof OpenTelemetry;
export type { Attributes, Span } from '@opentelemetry/api';

/** OpenTelemetry's API and the tracer of Perdure. */
export interface Tracing {
  api: Api;
  tracer: OpenTelemetry.Tracer;
}

let found: Tracing | null | undefined;

/**
 * OpenTelemetry, where the project has its API: an optional peer, which whoever has an SDK of it has too. Undefined
 * without; without an SDK its spans are made of nothing and lead nowhere.
 */
export function tracing(): Tracing | undefined {
  if (found === undefined) found = load() ?? null;
  return found ?? undefined;
}

function load(): Tracing | undefined {
  const require = createRequire(import.meta.url);
  try {
    const api = require('@opentelemetry/api') as Api;
    return { api, tracer: api.trace.getTracer('perdure') };
  } catch {
    return undefined;
  }
}

/** The context in which what is made has this parent; the one at hand where there is none. */
export function contextOf({ api }: Tracing, parent: TraceParent | undefined): OpenTelemetry.Context {
  if (!parent) return api.context.active();
  const { traceId, spanId, sampled, state } = parent;
  return api.trace.setSpanContext(api.ROOT_CONTEXT, {
    traceId,
    spanId,
    traceFlags: sampled ? api.TraceFlags.SAMPLED : api.TraceFlags.NONE,
    isRemote: true,
    ...(state !== undefined && { traceState: api.createTraceState(state) }),
  });
}

/** Where in its trace a span is; undefined for one that is made of nothing. */
export function placeOf({ api }: Tracing, span: OpenTelemetry.Span): TraceParent | undefined {
  const context = span.spanContext();
  if (!api.isSpanContextValid(context)) return undefined;
  const { traceId, spanId, traceFlags, traceState } = context;
  const state = traceState?.serialize();
  return {
    traceId,
    spanId,
    sampled: (traceFlags & api.TraceFlags.SAMPLED) !== 0,
    ...(state !== undefined && { state }),
  };
}

/** Ends a span, failed by this code where there is one. Messages of errors may have anything in them, and are left out. */
export function endSpan({ api }: Tracing, span: OpenTelemetry.Span, code?: string, endTime?: number): void {
  if (code !== undefined) {
    span.setAttribute('error.type', code);
    span.setStatus({ code: api.SpanStatusCode.ERROR });
  }
  span.end(endTime);
}

/** What an error is called: its code where it has one, else its class. */
export function nameOfError(error: unknown): string {
  const { code, type, name } = (typeof error === 'object' && error !== null ? error : {}) as Record<string, unknown>;
  const known = [code, type, name].find((each) => typeof each === 'string' && each !== '');
  return typeof known === 'string' ? known : 'unknown';
}
