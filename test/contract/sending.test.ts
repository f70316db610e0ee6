import { expect, test } from 'vitest';
import { openDriverSender } from './driver-sender.js';
import { requestSamples } from './sample.js';
import { faultsOfSending } from './sending.js';
import { anySession } from './client-sender.js';
import { startSimulator } from '../../src/simulator/index.js';

test('a value that is left out, added or changed on its way is told, and so is a second start', async () => {
  const simulator = await startSimulator();
  const sender = openDriverSender(simulator);
  const samples = requestSamples('anchor.webTask', anySession);
  const sample = samples.find(({ name }) => name === 'max_steps') ?? expect.fail('there is no such sample');
  const sending = await sender.send(sample.agent);
  await sender.close();
  await simulator.close();
  const { body, ...sent } = sample.sent;
  const { max_steps: steps, ...rest } = body;
  const faults = (other: typeof body) =>
    faultsOfSending('anchor.webTask', { ...sample, sent: { ...sent, body: other } }, sending);
  expect(faults(body)).toEqual([]);
  expect(faults(rest)).toEqual([`max_steps: ${String(steps)}`]);
  expect(faults({ ...body, max_steps: 46 })).toEqual([`max_steps: ${String(steps)}`]);
  expect(faults({ ...body, model: 'm' })).toEqual(['model: undefined']);
  const twice = { ...sending, starts: [...sending.starts, ...sending.starts] };
  expect(faultsOfSending('anchor.webTask', sample, twice)).toEqual(['2 starts']);
});
