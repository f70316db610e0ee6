import type { MetricMeter } from '@temporalio/common';
import { Runtime, type WorkerInterceptors, type WorkerOptions } from '@temporalio/worker';
import { traceSink } from '../core/execution-end.js';
import type { Observe } from '../http/observe.js';
import { logActivity } from './activity-logs.js';
import { traceActivity } from './activity-tracing.js';
import { traceClient } from './client-tracing.js';
import { traceExecution } from './execution-span.js';
import { observeRequests } from './observe-requests.js';

/** What a worker tells of itself. */
export interface WorkerTelemetry {
  /** Is told of every provider request. */
  observe: Observe;
  /** The meter of the process, asked only when something is to be measured: by then its runtime is installed. */
  meter: () => MetricMeter;
  /** Adds to the options of a worker what traces and logs its runs. */
  addTo<O extends Pick<WorkerOptions, 'interceptors' | 'sinks'>>(options: O): O;
}

/** Makes the telemetry of a worker; `traced`: whether with spans. */
export function workerTelemetry(traced: boolean): WorkerTelemetry {
  const meter = () => Runtime.instance().metricMeter;
  // Also where nothing is traced: a workflow may tell all the same, since its client is.
  const sinks = { [traceSink]: { ended: { fn: traced ? traceExecution : () => undefined } } };
  return {
    observe: observeRequests({ meter, traced }),
    meter,
    addTo: (options) => ({
      ...options,
      interceptors: addInterceptors(options.interceptors ?? {}, traced),
      sinks: { ...options.sinks, ...sinks },
    }),
  };
}

function addInterceptors(own: WorkerInterceptors, traced: boolean): WorkerInterceptors {
  const { activity = [], client } = own;
  if (!traced) return { ...own, activity: [...activity, logActivity] };
  const { workflow = [] } = client ?? {};
  return {
    ...own,
    activity: [...activity, traceActivity, logActivity],
    // The deprecated form, of factories, is left as it is.
    ...(Array.isArray(workflow) && { client: { ...client, workflow: [...workflow, traceClient()] } }),
  };
}
