import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AgentSpec } from '../../src/core/builders.js';
import { type EndpointName, endpointNames } from '../../src/core/endpoints.js';
import { isPerdureError } from '../../src/core/errors.js';
import { anySession, type ClientSender, openClientSender } from './client-sender.js';
import { covering, sentValues } from './covering.js';
import { factsOf, inputRows } from './facts.js';
import { handMade } from './forms.js';
import { formIn, placeOf } from './generate.js';
import { type Mutation, mutations } from './mutation.js';
import { requestSamples, tableSamples } from './sample.js';
import { faultsOfSending } from './sending.js';
import type { Sample } from './wire-form.js';

let sender: ClientSender;

beforeAll(async () => {
  sender = await openClientSender();
});

afterAll(async () => {
  await sender.t.close();
});

/** Every form, every property and every value; the drivers' test sends each property by itself besides. */
function samplesOf(endpoint: EndpointName): Sample[] {
  return [...covering(tableSamples(endpoint, anySession)), ...handMade(endpoint, anySession)];
}

test.each(endpointNames)(
  'every property of a request to %s, started by the client, reaches the provider as it was given',
  { timeout: 120_000 },
  async (endpoint) => {
    const samples = samplesOf(endpoint);
    const runs = await sender.sendAll(endpoint, samples);
    const wrong = runs.flatMap(({ sample, outcome, ...sending }) => {
      const faults = faultsOfSending(endpoint, sample, sending);
      const wanted = sample.beyondDocument ? 'failed' : 'completed';
      if (outcome.status !== wanted) faults.push(`${outcome.status}: ${outcome.error?.message}`);
      return faults.length > 0 ? [{ sample: sample.name, faults }] : [];
    });
    expect(wrong).toEqual([]);
    expect(runs).toHaveLength(samples.length);
    // Neither found for two runs nor made for none: each start belongs to one run.
    expect(sender.t.ledger.requests({ operation: 'start', endpoint })).toHaveLength(samples.length);
  },
);

test.each(endpointNames)('what the client starts has every property, form and value for %s', (endpoint) => {
  const samples = samplesOf(endpoint);
  const sent = new Set(samples.flatMap(sentValues));
  const all = requestSamples(endpoint, anySession).flatMap(sentValues);
  expect(all.filter((value) => !sent.has(value))).toEqual([]);
  for (const { path } of inputRows(factsOf(endpoint))) {
    const place = `.${placeOf(path).join('.')}`;
    const found = [...sent].some((value) => value.split('=')[0]?.concat('.').includes(`${place}.`));
    expect(found, `nothing sends ${path}`).toBe(true);
    const form = formIn(path);
    if (form) expect(samples.some(({ name }) => name.includes(`everything with ${form}`))).toBe(true);
  }
});

test.each(endpointNames)(
  'every wrong type, missing and unknown field of %s is refused before a workflow starts',
  { timeout: 120_000 },
  async (endpoint) => {
    const { ledger, perdure } = sender.t;
    const before = ledger.entries.length;
    const prefix = `refused/${endpoint}`;
    const cases = mutations(endpoint);
    const told = cases.map(async (mutation, place) => {
      return { name: mutation.name, fault: await faultOfStart(endpoint, mutation, `${prefix}/${place}`) };
    });
    expect(cases.length).toBeGreaterThan(30);
    expect((await Promise.all(told)).filter(({ fault }) => fault !== undefined)).toEqual([]);
    expect(await perdure.list({ prefix })).toEqual([]);
    expect(ledger.entries).toHaveLength(before);
  },
);

/** Starts what has to be refused; what happened instead. */
async function faultOfStart(endpoint: EndpointName, { input, at }: Mutation, key: string): Promise<string | undefined> {
  // What a caller without types would give.
  const agent = { endpoint, input } as unknown as AgentSpec;
  const told = await sender.t.perdure.start({ key, agent }).then(
    () => 'it was started',
    (error: unknown) => error,
  );
  if (!isPerdureError(told, 'bad-input')) return String(told);
  if (!told.message.includes(`agent.${at}: `)) return `its place is not told: ${told.message}`;
  const status = await sender.t.perdure
    .get(key)
    .status()
    .then(
      (report) => report.status,
      (error: unknown) => error,
    );
  return isPerdureError(status, 'run-not-found') ? undefined : `a workflow is there: ${String(status)}`;
}
