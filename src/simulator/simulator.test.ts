import { afterEach, expect, test } from 'vitest';
import {
  connectSimulator,
  scaledClock,
  script,
  SimulatorError,
  type SimulatorOptions,
  startSimulator,
} from './index.js';
import { type Bench, dataOf, openBench } from './test-caller.js';

let bench: Bench;

afterEach(() => bench.sim.close());

const runs = '/browserbase/v1/agents/runs';

test('an unknown option, endpoint, behaviour or phase is refused', async () => {
  bench = await openBench();
  const odd = { odd: 1 };
  await expect(startSimulator(odd as SimulatorOptions)).rejects.toThrow(SimulatorError);
  expect(() => bench.sim.on('anchor.odd' as 'anchor.task')).toThrow(SimulatorError);
  expect(() => bench.sim.behave({ anchor: odd as object })).toThrow(SimulatorError);
  expect(() => bench.sim.limit({ anchor: odd as object })).toThrow(SimulatorError);
  expect(() => bench.sim.when({ phase: 'odd' as 'replied' }, () => {})).toThrow(SimulatorError);
  expect(() => bench.sim.on('anchor.task').lasts('4 fortnights')).toThrow(SimulatorError);
  expect(() => bench.sim.on('browserbase.agentRun').asks({ kind: 'text', message: '?' })).toThrow(SimulatorError);
});

test('a port that is taken is named as the reason', async () => {
  bench = await openBench();
  const port = Number(new URL(bench.sim.url).port);
  await expect(startSimulator({ port })).rejects.toThrow(/cannot listen: .*EADDRINUSE/);
});

test('an unknown route is answered with 404 in the shape of its provider and stands in the ledger', async () => {
  bench = await openBench();
  expect((await bench.ask('GET', '/anchor/v1/odd')).body).toMatchObject({ error: { code: 404 } });
  expect((await bench.ask('PATCH', runs)).body).toMatchObject({ statusCode: 404 });
  expect((await bench.ask('GET', '/v1/sessions')).status).toBe(404);
  expect(bench.sim.ledger.requests({ problem: 'unknown route' })).toHaveLength(3);
});

test('a wrong key is refused with 401 and no key stands in the ledger', async () => {
  bench = await openBench();
  const response = await fetch(`${bench.sim.browserbaseUrl}/v1/agents/runs`, {
    headers: { 'x-bb-api-key': 'secret-key' },
  });
  expect(response.status).toBe(401);
  await bench.ask('GET', '/anchor/v1/sessions');
  expect(JSON.stringify(bench.sim.ledger.entries)).not.toMatch(/simulator-key|secret-key/);
  expect(bench.sim.ledger.requests({ provider: 'anchor' })[0]).toMatchObject({ account: 'anchor-1', status: 200 });
});

test('what belongs to one key is not there for another', async () => {
  bench = await openBench({ apiKeys: { browserbase: ['one', 'two'] } });
  const id = await bench.start('agentRun');
  const response = await fetch(`${bench.sim.browserbaseUrl}/v1/agents/runs/${id}`, {
    headers: { 'x-bb-api-key': 'two' },
  });
  expect(response.status).toBe(404);
});

test('Anchor refuses sessions over its limits with the documented headers', async () => {
  bench = await openBench({ limits: { anchor: { startsPerMinute: 2 } } });
  await bench.session();
  await bench.session();
  const refused = await bench.ask('POST', '/anchor/v1/sessions', {});
  expect(refused.status).toBe(429);
  expect(refused.headers.get('ratelimit')).toBe('"2-in-1min"; r=0; t=60');
  expect(refused.headers.get('ratelimit-policy')).toBe('"2-in-1min"; q=2; w=60');
  expect(refused.headers.get('retry-after')).toBe('60');
  await bench.sim.clock.advance('1 min');
  await bench.session();
  bench.sim.limit({ anchor: { concurrent: 3 } });
  expect((await bench.ask('POST', '/anchor/v1/sessions', {})).status).toBe(429);
});

test('Browserbase refuses runs over its limit of concurrent runs until one has ended', async () => {
  bench = await openBench({ limits: { browserbase: { concurrent: 1 } } });
  const id = await bench.start('agentRun');
  const refused = await bench.ask('POST', runs, { task: 'x' });
  expect(refused.status).toBe(429);
  expect(refused.headers.get('x-ratelimit-limit')).toBe('1');
  expect(bench.sim.ledger.effects('browserbase.agentRun')).toHaveLength(1);
  await bench.ask('POST', `${runs}/${id}/stop`);
  await bench.sim.clock.advance('1 s');
  expect((await bench.ask('POST', runs, { task: 'x' })).status).toBe(201);
});

test('without credits nothing starts', async () => {
  bench = await openBench({ limits: { anchor: { credits: 0.02 } } });
  await bench.start('webTask');
  await bench.sim.clock.advance('3 s');
  expect((await bench.ask('POST', '/anchor/v1/sessions', {})).status).toBe(402);
  expect(dataOf(await bench.ask('GET', '/anchor/v1/billing'))).toMatchObject({ credits: 0, credits_used: 0.02 });
});

test('a request is held at an instant until the test lets go', async () => {
  bench = await openBench();
  let startsThen = -1;
  bench.sim.when({ on: 'start', phase: 'received', times: 1 }, () => {
    startsThen = bench.sim.ledger.effects('browserbase.agentRun').length;
  });
  let letGo = () => {};
  const held = new Promise<void>((resolve) => {
    bench.sim.when({ on: 'start', phase: 'effected', text: 'look' }, ({ runId }) => {
      expect(runId).toEqual(expect.any(String));
      resolve();
      return new Promise((release) => {
        letGo = release;
      });
    });
  });
  const answer = bench.ask('POST', runs, { task: 'look' });
  await held;
  expect(startsThen).toBe(0);
  expect(bench.sim.ledger.effects('browserbase.agentRun')).toHaveLength(1);
  expect(bench.sim.ledger.requests({ operation: 'start' })[0]).not.toHaveProperty('status');
  letGo();
  expect((await answer).status).toBe(201);
});

test('scripts are laid over each other, the later on top, and may be for the nth start or a text only', async () => {
  bench = await openBench();
  bench.sim.on('*').lasts('10 s');
  bench.sim.on('browserbase.agentRun', { nth: 2 }).fails('second');
  bench.sim.on('browserbase.agentRun', { text: 'slow' }).lasts('1 h').reports('BEWILDERED', { from: '1 min' });
  await bench.start('agentRun');
  await bench.start('agentRun');
  const slow = await bench.start('agentRun', { task: 'slow' });
  await bench.sim.clock.advance('10 s');
  expect(bench.sim.ledger.runs.map(({ state }) => state)).toEqual(['completed', 'failed', 'working']);
  await bench.sim.clock.advance('50 s');
  expect((await bench.ask('GET', `${runs}/${slow}`)).body).toMatchObject({ status: 'BEWILDERED' });
});

test('a script with an end is laid over one without', async () => {
  bench = await openBench();
  bench.sim.on('*').neverEnds();
  bench.sim.on('browserbase.agentRun', { nth: 2 }).lasts('10 s');
  await bench.start('agentRun');
  await bench.start('agentRun');
  await bench.sim.clock.advance('10 s');
  expect(bench.sim.ledger.runs.map(({ state }) => state)).toEqual(['working', 'completed']);
});

test('a run can be missing from lists for a while', async () => {
  bench = await openBench({ behaviour: { browserbase: { listLagMs: 2000 } } });
  await bench.start('agentRun');
  expect((await bench.ask('GET', runs)).body['data']).toEqual([]);
  await bench.sim.clock.advance('2 s');
  expect((await bench.ask('GET', runs)).body['data']).toHaveLength(1);
});

test('a scaled clock brings a run to its end and wakes a blocked start by itself', async () => {
  bench = await openBench({ clock: scaledClock(1000) });
  bench.sim.on('anchor.webTask').lasts('40 s').returns('done');
  const answer = await bench.ask('POST', '/anchor/v1/tools/perform-web-task', { prompt: 'x' });
  expect(dataOf(answer)).toEqual({ result: { result: 'done' } });
});

test('the same seed gives the same ids', async () => {
  bench = await openBench({ seed: 7 });
  const other = await openBench({ seed: 7 });
  expect(await bench.start('agentRun')).toBe(await other.start('agentRun'));
  await other.sim.close();
});

test('a simulator in another process is scripted, driven and read over HTTP', async () => {
  bench = await openBench();
  const remote = connectSimulator(bench.sim.url);
  await remote.add(script('browserbase.agentRun', { text: /^pay/ }).lasts('1 h').losesReplyToStart());
  await remote.add({ kind: '5xx-before', on: 'list', text: /never/ });
  await expect(bench.ask('POST', runs, { task: 'pay' })).rejects.toThrow();
  expect(await remote.advance('59 min')).toBe(bench.sim.clock.now());
  expect((await remote.state()).runs).toMatchObject([{ state: 'working', text: 'pay' }]);
  await remote.advance('1 min');
  const ledger = await remote.ledger();
  expect(ledger.effects('browserbase.agentRun')).toHaveLength(1);
  expect(ledger.open).toEqual([]);
  await remote.tell({ reset: true, randomFaults: { seed: 1, rate: 1, kinds: ['5xx-before'] } });
  expect((await bench.ask('GET', runs)).status).toBe(500);
});

test('control routes refuse what they don’t know', async () => {
  bench = await openBench();
  const remote = connectSimulator(bench.sim.url);
  await expect(remote.tell({ odd: 1 } as object)).rejects.toThrow(/unknown scripts option 'odd'/);
  await expect(remote.tell({ scripts: [{ on: 'odd' as '*' }] })).rejects.toThrow(SimulatorError);
  await expect(remote.add(script('*').returns(() => 1))).rejects.toThrow(SimulatorError);
  await expect(remote.add({ kind: 'odd' as 'slow' })).rejects.toThrow(SimulatorError);
  expect((await fetch(`${bench.sim.url}/__simulator/odd`)).status).toBe(404);
});

test('reads can be left out of the ledger and are still counted', async () => {
  bench = await openBench({ keepReads: false });
  const id = await bench.start('agentRun');
  for (let index = 0; index < 3; index += 1) await bench.ask('GET', `${runs}/${id}`);
  expect(bench.sim.ledger.requests()).toHaveLength(1);
  expect(bench.sim.ledger.counts).toEqual({ 'browserbase start': 1, 'browserbase status': 3 });
});

test('a caller that hangs up leaves a blocked run going, unless the simulator is told otherwise', async () => {
  bench = await openBench();
  for (const hangUpEndsRun of [false, true]) {
    bench.sim.behave({ anchor: { hangUpEndsRun } });
    const abort = new AbortController();
    const effected = bench.sim.next({ on: 'start', phase: 'effected' });
    const replied = bench.sim.next({ on: 'start', phase: 'replied' });
    const headers = { 'anchor-api-key': 'anchor-simulator-key' };
    const init = { method: 'POST', headers, body: '{"prompt":"x"}', signal: abort.signal };
    const answer = fetch(`${bench.sim.anchorUrl}/v1/tools/perform-web-task`, init);
    await effected;
    abort.abort();
    await expect(answer).rejects.toThrow();
    await replied;
  }
  expect(bench.sim.ledger.runs.map(({ state }) => state)).toEqual(['working', 'cancelled']);
});
