import type { Client } from '@temporalio/client';
import { runWorkflowId } from '../../src/core/names.js';
import type { Ledger } from '../../src/simulator/index.js';
import { BenchError } from '../bench-error.js';

/** An answer, timed where it was given. */
export interface Answered {
  key: string;
  /** Epoch milliseconds. */
  calledAt: number;
}

/** When the provider received the answer to each run, in epoch milliseconds, by its key. */
export function receipts(ledger: Ledger): Map<string, number> {
  const received = new Map<string, number>();
  for (const { body, at } of ledger.requests({ operation: 'answer' })) {
    const key = /answer to ([^"\s]+)/.exec(JSON.stringify(body))?.[1];
    if (key !== undefined && !received.has(key)) received.set(key, at);
  }
  return received;
}

/** When the run accepted its answer, in epoch milliseconds, by its history. */
export async function acceptedAt(client: Client, key: string): Promise<number> {
  const { events } = await client.workflow.getHandle(runWorkflowId(key)).fetchHistory();
  const accepted = events?.find((event) => event.workflowExecutionUpdateAcceptedEventAttributes != null);
  const { seconds, nanos } = accepted?.eventTime ?? {};
  if (seconds == null) throw new BenchError(`The history of ${key} has no answer.`);
  return Number(seconds) * 1000 + Math.floor((nanos ?? 0) / 1_000_000);
}
