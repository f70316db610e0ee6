import type { TraceParent } from './trace-parent.js';

/** What is told of an execution of a workflow that has ended, for the span that it becomes. */
export interface ExecutionEnd {
  parent: TraceParent;
  /** Epoch milliseconds. */
  startedAt: number;
  endedAt: number;
  /** How a run ended, or `completed`, `failed`, `cancelled`, `continued-as-new`. */
  status: string;
  /** The code of the error that it ended with. */
  code?: string;
  /** Of a run. */
  endpoint?: string;
  account?: string;
}

/** Where workflows tell of their ends: a sink of the worker's. */
export const traceSink = 'perdureTrace';
