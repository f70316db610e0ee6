import { defineSearchAttributeKey } from '@temporalio/common';
import type { EndpointName } from '../../src/core/endpoints.js';
import type { SearchAttributeName } from '../../src/core/names.js';
import type { Outcome } from '../../src/core/run.js';
import type { RequestEntry } from '../../src/simulator/index.js';
import { type PerdureTest, perdureTest } from '../../src/testing/perdure-test.js';
import { openCallersSession } from './callers-session.js';
import { secretName, secretValue } from './generate.js';
import type { Sending } from './sending.js';
import type { Sample } from './wire-form.js';

/** One run through the client, and what it caused at its provider. */
export interface Run extends Sending {
  sample: Sample;
  outcome: Outcome;
}

/** Starts runs by `perdure.start` and waits until they have ended. */
export interface ClientSender {
  readonly t: PerdureTest;
  /** Runs an endpoint's samples, several at once. */
  sendAll(endpoint: EndpointName, samples: readonly Sample[]): Promise<Run[]>;
}

/** How many runs go on at once. */
const width = 12;

/** Stands in samples for a session of the caller's; each run gets one of its own, by which its requests are known. */
export const anySession = '6f1d2c3b-0a4e-4c59-8a77-0d9b1f2e3a4c';

const markKey = defineSearchAttributeKey('PerdureMark' satisfies SearchAttributeName, 'KEYWORD');

/** Sends by the client, over a real Temporal server and a worker. */
export async function openClientSender(): Promise<ClientSender> {
  const t = await perdureTest({
    time: 'real',
    secrets: { resolve: (name) => (name === secretName ? secretValue : undefined) },
  });
  t.simulator.on('*').lasts('0.1 s');
  return {
    t,
    sendAll: (endpoint, samples) => inLanes(samples, (sample, place) => send(t, sample, `${endpoint}/${place}`)),
  };
}

async function send(t: PerdureTest, given: Sample, key: string): Promise<Run> {
  const sample = await withSession(t, given);
  const run = await t.perdure.start({ key, agent: sample.agent });
  const outcome = await run.outcome();
  const { typedSearchAttributes } = await t.client.workflow.getHandle(run.workflowId).describe();
  const mark = typedSearchAttributes.get(markKey) ?? '';
  const { runId, sessionId } = outcome.provider;
  const signs = [mark, sessionId].filter((sign) => sign !== undefined && sign !== '');
  const isOfRun = (request: RequestEntry) => {
    const text = JSON.stringify([request.path, request.query, request.body]);
    return (runId !== undefined && request.runId === runId) || signs.some((sign) => text.includes(String(sign)));
  };
  return {
    sample,
    mark,
    outcome,
    starts: t.ledger.requests({ operation: 'start' }).filter(isOfRun),
    creations: t.ledger.requests({ operation: 'session.create' }).filter(isOfRun),
  };
}

async function withSession(t: PerdureTest, sample: Sample): Promise<Sample> {
  const text = JSON.stringify(sample);
  return text.includes(anySession)
    ? (JSON.parse(text.replaceAll(anySession, await openCallersSession(t.simulator))) as Sample)
    : sample;
}

async function inLanes<T, R>(items: readonly T[], act: (item: T, place: number) => Promise<R>): Promise<R[]> {
  const left = [...items.entries()];
  const done: R[] = [];
  const lane = async (): Promise<void> => {
    for (let next = left.shift(); next; next = left.shift()) done.push(await act(next[1], next[0]));
  };
  await Promise.all(Array.from({ length: width }, lane));
  return done;
}
