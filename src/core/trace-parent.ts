/**
 * The Temporal header that carries a trace: the one that OpenTelemetry's interceptors of every Temporal SDK use, so that
 * a trace that began with one of them goes on.
 */
export const traceHeader = '_tracer-data';

/** Where in a trace something belongs, as W3C Trace Context has it. */
export interface TraceParent {
  /** 32 hexadecimal digits. */
  traceId: string;
  /** 16 hexadecimal digits. */
  spanId: string;
  /** Whether the trace is kept. */
  sampled: boolean;
  /** The header `tracestate`, as it came. */
  state?: string;
}

/** What stands in the header, as JSON. */
interface TraceCarrier {
  traceparent: string;
  tracestate?: string;
}

const form = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})$/;
const longestState = 512;

/** Reads a carrier; undefined for what is none: headers may come from anywhere. */
export function readCarrier(value: unknown): TraceParent | undefined {
  if (typeof value !== 'object' || value === null || !('traceparent' in value)) return undefined;
  const { traceparent } = value;
  const [, traceId, spanId, flags = ''] = (typeof traceparent === 'string' && form.exec(traceparent)) || [];
  if (traceId === undefined || spanId === undefined) return undefined;
  const state = 'tracestate' in value ? value.tracestate : undefined;
  return {
    traceId,
    spanId,
    sampled: (Number.parseInt(flags, 16) & 1) === 1,
    ...(typeof state === 'string' && state !== '' && state.length <= longestState && { state }),
  };
}

/** Makes the carrier of a place in a trace. */
export function writeCarrier({ traceId, spanId, sampled, state }: TraceParent): TraceCarrier {
  return {
    traceparent: `00-${traceId}-${spanId}-${sampled ? '01' : '00'}`,
    ...(state !== undefined && { tracestate: state }),
  };
}

/**
 * The id of the span of an execution: known while it goes on, so that what belongs beneath it can say so, though the span
 * is made when it ends; and the same at each replay.
 */
export function spanIdOf(runId: string): string {
  return runId.replaceAll('-', '').slice(16);
}
