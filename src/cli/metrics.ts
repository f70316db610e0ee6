import { isIP } from 'node:net';
import type { RuntimeOptions } from '@temporalio/worker';
import { PerdureError } from '../core/errors.js';

type Metrics = NonNullable<NonNullable<RuntimeOptions['telemetryOptions']>['metrics']>;

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

/** Runs last for minutes to days, which the SDK's own buckets do not tell apart. */
const runBuckets = [10 * second, 30 * second, minute, 5 * minute, 15 * minute, hour, 4 * hour, 24 * hour, 168 * hour];
const lagBuckets = [100, 500, second, 2 * second, 5 * second, 10 * second, 30 * second, minute, 5 * minute];
const creditBuckets = [1, 5, 10, 25, 50, 100, 250, 500, 1000, 5000];

/** The SDK's metrics and Perdure's at `/metrics` of an address, under the names that they have. */
export function prometheusAt(bindAddress: string): Metrics {
  return {
    prometheus: {
      bindAddress,
      histogramBucketOverrides: {
        perdure_run_duration: runBuckets,
        perdure_news_lag: lagBuckets,
        perdure_run_credits: creditBuckets,
      },
    },
  };
}

/** Reads `HOST:PORT` or `PORT`, which is one of this machine's own; gives what a socket is bound to. Throws `bad-input`. */
export function metricsAddress(text: string): string {
  const [, bracketed, plain, port = ''] = /^(?:(?:\[([^\]]+)\]|([^:[\]]+)):)?(\d{1,5})$/.exec(text) ?? [];
  const named = bracketed ?? plain ?? '127.0.0.1';
  const host = named === 'localhost' ? '127.0.0.1' : named;
  if (isIP(host) === 0 || Number(port) === 0 || Number(port) > 65_535) {
    throw new PerdureError({
      code: 'bad-input',
      message: `The address '${text}' of the metrics is not one of an IP address and a port.`,
      hint: "Give a port (this machine's own programs alone then reach it), or such as 0.0.0.0:9464 for others.",
    });
  }
  return isIP(host) === 6 ? `[${host}]:${port}` : `${host}:${port}`;
}

/** The error of an address that metrics can't be served at. */
export function metricsRefused(address: string, cause: unknown): PerdureError {
  const why = cause instanceof Error ? cause.message : 'it can not be opened';
  return new PerdureError({
    code: 'server-port-taken',
    message: `The metrics can't be served at ${address}: ${why}.`,
    hint: 'Choose another address with --metrics or PERDURE_METRICS, or go without.',
    cause,
  });
}
