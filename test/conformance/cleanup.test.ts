import { afterEach, expect, test } from 'vitest';
import { endpointFlags, type EndpointName, endpointNames } from '../../src/core/endpoints.js';
import { call, finish, inputs, mark, openStage, otherMark, type Stage, start } from './stage.js';

let stage: Stage;

async function at(endpoint: EndpointName): Promise<Stage> {
  stage = await openStage(endpoint);
  return stage;
}

afterEach(() => stage.close());

const withSession = endpointNames.filter((name) => endpointFlags[name].ownsSession);
const longAgo = '2000-01-01T00:00:00.000Z';

test.each(endpointNames)('%s: stopping ends what runs, and stopping again is no error', async (endpoint) => {
  const { sim, driver } = await at(endpoint);
  sim.on(endpoint).lasts('40 min');
  const { handle } = await start(stage);
  expect(await driver.stop(handle, call)).toBe(true);
  expect(await driver.stop(handle, call)).toBe(true);
  await sim.clock.advance('2 s');
  expect(sim.ledger.open).toEqual([]);
  expect(await driver.stop(handle, call)).toBe(true);
});

test.each(endpointNames)(
  '%s: a stop of what the provider does not know is no error, and not heard',
  async (endpoint) => {
    const { sim, driver } = await at(endpoint);
    sim.on(endpoint).neverEnds();
    const { handle } = await start(stage);
    const ids = driver.flags.canStop === 'run' ? { runId: 'nowhere' } : { sessionId: 'nowhere', ownsSession: true };
    expect(await driver.stop({ ...handle, ...ids }, call)).toBe(false);
  },
);

test.each(withSession)('%s: a session of the caller is never ended by stopping', async (endpoint) => {
  const { sim, driver } = await at(endpoint);
  sim.on(endpoint).neverEnds();
  const { handle } = await start(stage);
  await driver.stop({ ...handle, ownsSession: false }, call);
  expect(sim.ledger.effects({ effect: 'session.end' })).toEqual([]);
});

test.each(endpointNames)('%s: a session is released once, and again without an error', async (endpoint) => {
  const { sim, driver } = await at(endpoint);
  const started = await start(stage);
  await sim.clock.advance('1 s');
  const { sessionId = '' } = await driver.read(started.handle, call).then(({ reading }) => reading);
  expect(await driver.session(sessionId, call)).toMatchObject({ live: true });
  await driver.release(sessionId, call);
  await driver.release(sessionId, call);
  expect(await driver.session(sessionId, call)).toMatchObject({ live: false });
  expect(sim.ledger.open.filter(({ kind }) => kind === 'session')).toEqual([]);
});

test.each(endpointNames)(
  '%s: a session that the provider does not know is none, and its release no error',
  async (endpoint) => {
    const { driver } = await at(endpoint);
    expect(await driver.session('nowhere', call)).toBeUndefined();
    await driver.release('nowhere', call);
  },
);

test.each(endpointNames)('%s: what carries a mark is found by it, alive and dead', async (endpoint) => {
  const { driver } = await at(endpoint);
  const started = await start(stage);
  const [found, ...more] = await driver.find({ mark, since: longAgo }, call);
  expect(more).toEqual([]);
  const { runId, sessionId } = started.handle;
  expect(found).toMatchObject({ mark, live: true, id: found?.kind === 'run' ? runId : sessionId });
  expect(await driver.find({ mark: otherMark, since: longAgo }, call)).toEqual([]);
  await finish(stage, started);
  if (found?.kind === 'session') await driver.release(found.id, call);
  expect(await driver.find({ mark, since: longAgo }, call)).toMatchObject([{ id: found?.id, live: false }]);
});

test('browserbase.agentRun: a run is found among more than a page of others', async () => {
  const { sim, driver } = await at('browserbase.agentRun');
  const { handle } = await start(stage);
  const others = Array.from({ length: 120 }, () =>
    driver.start({ input: inputs[driver.endpoint], mark: otherMark }, call),
  );
  await Promise.all(others);
  expect(await driver.find({ mark, since: longAgo }, call)).toMatchObject([{ id: handle.runId }]);
  expect(sim.ledger.requests({ operation: 'list' })).toHaveLength(2);
});

test.each(withSession)('%s: a session with the mark is found again instead of opening a second', async (endpoint) => {
  const { sim, driver } = await at(endpoint);
  const request = { input: inputs[endpoint], mark, lastsMs: 60_000 };
  const first = await driver.openSession?.(request, call);
  const second = await driver.openSession?.(request, call);
  expect(first).toMatchObject({ found: false, markEchoed: true, liveViewUrl: expect.stringContaining('http') });
  expect(second).toEqual({ sessionId: first?.sessionId, found: true, markEchoed: true });
  await driver.release(first?.sessionId ?? '', call);
  expect(await driver.openSession?.(request, call)).toMatchObject({ found: false });
  expect(sim.ledger.effects({ effect: 'session.create' })).toHaveLength(2);
});

test.each(withSession)('%s: an own session outlives its run, in sum and when idle', async (endpoint) => {
  const { sim, driver } = await at(endpoint);
  await driver.openSession?.({ input: inputs[endpoint], mark, lastsMs: 90 * 60_000 }, call);
  await sim.clock.advance('90 min');
  expect(sim.ledger.open).toHaveLength(1);
  await sim.clock.advance('3 min');
  expect(sim.ledger.open).toEqual([]);
});

test('browserbase.agentRun: the live view can be asked for again while the session lives', async () => {
  const { sim, driver } = await at('browserbase.agentRun');
  const { handle } = await start(stage);
  await sim.clock.advance('1 s');
  const { sessionId = '' } = await driver.status(handle, call);
  expect(await driver.liveView(sessionId, call)).toMatch(/^http/);
  expect(await driver.liveView(sessionId, call)).toMatch(/^http/);
  expect(await driver.liveView('nowhere', call)).toBeUndefined();
});

test.each(withSession)('%s: the word for all sessions is not taken for a session', async (endpoint) => {
  const { sim, driver } = await at(endpoint);
  await expect(driver.release('all', call)).rejects.toMatchObject({ code: 'bad-input' });
  expect(sim.ledger.requests()).toEqual([]);
});
