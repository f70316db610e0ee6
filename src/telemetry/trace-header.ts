import { defaultPayloadConverter, type Headers } from '@temporalio/common';
import { readCarrier, traceHeader, type TraceParent, writeCarrier } from '../core/trace-parent.js';

/** The place in a trace that Temporal headers carry; undefined where they carry none that can be read. */
export function traceIn(headers: Headers): TraceParent | undefined {
  const payload = headers[traceHeader];
  if (!payload) return undefined;
  try {
    return readCarrier(defaultPayloadConverter.fromPayload(payload));
  } catch {
    return undefined;
  }
}

/** Headers that carry a place in a trace, beside what they carry already. */
export function withTrace(headers: Headers, place: TraceParent | undefined): Headers {
  return place ? { ...headers, [traceHeader]: defaultPayloadConverter.toPayload(writeCarrier(place)) } : headers;
}
