import { expect, test } from 'vitest';
import { readCarrier, spanIdOf, writeCarrier } from './trace-parent.js';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const spanId = '00f067aa0ba902b7';

test('a place in a trace is the same once it was written and read', () => {
  for (const place of [
    { traceId, spanId, sampled: true },
    { traceId, spanId, sampled: false, state: 'vendor=1' },
  ]) {
    expect(readCarrier(writeCarrier(place))).toEqual(place);
  }
});

test.each([
  undefined,
  'text',
  {},
  { traceparent: 7 },
  { traceparent: `00-${traceId}-${spanId}` },
  { traceparent: `01-${traceId}-${spanId}-01` },
  { traceparent: `00-${'0'.repeat(32)}-${spanId}-01` },
  { traceparent: `00-${traceId}-${'0'.repeat(16)}-01` },
  { traceparent: `00-${traceId.toUpperCase()}-${spanId}-01` },
])('what is no place in a trace is taken for none (%#)', (value) => {
  expect(readCarrier(value)).toBeUndefined();
});

test('the span of an execution has its id from the id of the execution', () => {
  expect(spanIdOf('01937a5e-2c1b-7d7c-8a35-2f6ce4c7b1d0')).toBe('8a352f6ce4c7b1d0');
});
