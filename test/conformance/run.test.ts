import { afterEach, expect, test } from 'vitest';
import { endpointNames, type EndpointName } from '../../src/core/endpoints.js';
import { provesRefusal } from '../../src/core/errors.js';
import { createProvider } from '../../src/providers/index.js';
import { accountAt, call, finish, inputs, mark, openStage, type Stage, start } from './stage.js';

let stage: Stage;

async function at(endpoint: EndpointName): Promise<Stage> {
  stage = await openStage(endpoint);
  return stage;
}

afterEach(() => stage.close());

const following = endpointNames.filter((name) => name !== 'anchor.sessionAgent');

test.each(endpointNames)('%s: a run is followed from its start to its result', async (endpoint) => {
  const { sim, driver } = await at(endpoint);
  sim
    .on(endpoint)
    .lasts('3 s')
    .returns({ total: 12, lines: ['a'] });
  const started = await start(stage);
  expect(await driver.status(started.handle, call)).toMatchObject({ state: 'running' });
  const ending = await finish(stage, started);
  expect(ending).toMatchObject({ reading: { state: 'completed' }, result: { total: 12, lines: ['a'] } });
  expect(sim.ledger.effects(endpoint)).toHaveLength(1);
  expect(await started.accepted).toMatchObject({ markEchoed: true });
});

test.each(endpointNames)('%s: a failed run says why', async (endpoint) => {
  const { sim } = await at(endpoint);
  if (endpoint === 'anchor.sessionAgent') sim.behave({ anchor: { syncFailure: 'body' } });
  sim.on(endpoint).fails('Step limit exceeded');
  const ending = await finish(stage, await start(stage));
  expect(ending?.reading).toMatchObject({ state: 'failed', error: expect.stringContaining('Step limit exceeded') });
  expect(ending?.result).toBeUndefined();
});

test.each(following)('%s: a run that the provider does not know is gone', async (endpoint) => {
  const { driver } = await at(endpoint);
  const handle = { generation: 1, mark, runId: 'nowhere', taskId: 'nowhere', ownsSession: false };
  expect(await driver.status(handle, call)).toMatchObject({ state: 'gone' });
  expect(await driver.read(handle, call)).toMatchObject({ reading: { state: 'gone' } });
});

test.each(following)('%s: a status never seen before does not end the run', async (endpoint) => {
  const { sim, driver } = await at(endpoint);
  sim.on(endpoint).reports('pondering', { lasting: '2 s' });
  const { handle } = await start(stage);
  expect(await driver.status(handle, call)).toMatchObject({ state: 'other', providerStatus: 'pondering' });
});

test.each(endpointNames)('%s: a refused key is certain', async (endpoint) => {
  const { sim, driver } = await at(endpoint);
  const opened = await driver.openSession?.({ input: inputs[endpoint], mark, lastsMs: 60_000 }, call);
  const stranger = createProvider(accountAt(sim, endpoint, 'wrong-key'));
  const request = { input: inputs[endpoint], mark, sessionId: opened?.sessionId };
  await expect(stranger.driver(endpoint).start(request, call)).rejects.toMatchObject({ code: 'unauthorized' });
  await stranger.close();
  expect(sim.ledger.effects(endpoint)).toEqual([]);
});

const faults = [
  { fault: { kind: 'status', status: 402 }, code: 'no-credit' },
  { fault: { kind: 'status', status: 422 }, code: 'request-rejected' },
  { fault: { kind: '429', retryAfter: 7 }, code: 'rate-limited' },
  { fault: { kind: 'status', status: 409 }, code: 'provider-conflict' },
  { fault: { kind: 'reply-lost' }, code: 'provider-error' },
  { fault: { kind: '5xx-after' }, code: 'provider-error' },
  { fault: { kind: 'html' }, code: 'provider-malformed' },
  { fault: { kind: 'half-json' }, code: 'provider-malformed' },
  { fault: { kind: 'cut-body' }, code: 'provider-error' },
  { fault: { kind: 'huge', bytes: 9_000_000 }, code: 'response-too-large' },
] as const;

const certain: readonly string[] = ['no-credit', 'request-rejected', 'rate-limited'];

test.each(endpointNames.flatMap((endpoint) => faults.map((one) => [endpoint, one.fault.kind, one] as const)))(
  '%s: the fault %s at the start is told by its code',
  async (endpoint, _, { fault, code }) => {
    const { sim, driver } = await at(endpoint);
    sim.fault({ on: 'start', ...fault });
    const failure = start(stage).then(async ({ accepted }) => {
      if (driver.flags.blockingStart) await sim.clock.advance('3 s');
      return accepted;
    });
    await expect(failure).rejects.toMatchObject({ code });
    expect(provesRefusal(code)).toBe(certain.includes(code));
    expect(sim.ledger.requests({ operation: 'start' })).toHaveLength(1);
  },
);
