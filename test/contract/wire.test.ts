import { afterAll, beforeAll, expect, test } from 'vitest';
import { endpointNames } from '../../src/core/endpoints.js';
import { scaledClock, type Simulator, startSimulator } from '../../src/simulator/index.js';
import { openCallersSession } from './callers-session.js';
import { openDriverSender, type Sender } from './driver-sender.js';
import { factsOf } from './facts.js';
import { requestSamples } from './sample.js';
import { faultsOfSending } from './sending.js';

let simulator: Simulator;
let sender: Sender;
let callersSession: string;

beforeAll(async () => {
  simulator = await startSimulator({ clock: scaledClock(20) });
  simulator.on('*').lasts('0.1 s');
  sender = openDriverSender(simulator);
  callersSession = await openCallersSession(simulator);
});

afterAll(async () => {
  await sender.close();
  await simulator.close();
});

test.each(endpointNames)('every property of a request to %s reaches the provider as it was given', async (endpoint) => {
  const wrong: object[] = [];
  for (const sample of requestSamples(endpoint, callersSession)) {
    const faults = faultsOfSending(endpoint, sample, await sender.send(sample.agent));
    if (faults.length > 0) wrong.push({ sample: sample.name, faults });
  }
  expect(wrong).toEqual([]);
});

test('every start is sent as its document says: method, path, content type and key', async () => {
  for (const endpoint of endpointNames) {
    const { method, path, security } = factsOf(endpoint);
    const [sample] = requestSamples(endpoint, callersSession);
    const { starts } = sample ? await sender.send(sample.agent) : expect.fail('there is no sample');
    const [start] = starts;
    expect(start).toMatchObject({ method });
    expect(start?.path.split('/')).toHaveLength(path.split('/').length);
    expect(start?.headers).toMatchObject({ 'content-type': expect.stringContaining('application/json') });
    expect(Object.keys(start?.headers ?? {})).toContain(security.name.toLowerCase());
  }
});
