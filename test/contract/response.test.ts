import { afterEach, beforeEach, expect, test } from 'vitest';
import { type AgentSpec, anchor, browserbase } from '../../src/core/builders.js';
import { type EndpointName, endpointNames } from '../../src/core/endpoints.js';
import { PerdureError } from '../../src/core/errors.js';
import type { Json } from '../../src/core/json.js';
import type { Resolved } from '../../src/core/secret.js';
import { type Call, createProvider, type EndpointDriver, type Provider } from '../../src/providers/index.js';
import { scaledClock, type Simulator, startSimulator } from '../../src/simulator/index.js';
import { leavesOf, readByRows } from './answer-rows.js';
import { factsOf } from './facts.js';
import { type Fate, fates, type Shown } from './fate.js';
import { someSchema } from './generate.js';
import { type Exchange, type Recorder, startRecorder } from './recorder.js';

let simulator: Simulator;
let recorder: Recorder;
let providers: Record<'anchor' | 'browserbase', Provider>;

beforeEach(async () => {
  simulator = await startSimulator({ clock: scaledClock(20), tasks: ['known'] });
  simulator.on('*').lasts('0.1 s');
  recorder = await startRecorder(simulator.url);
  const open = (provider: 'anchor' | 'browserbase') => {
    const apiKey = simulator.keys[provider][0] ?? '';
    return createProvider({ name: `${provider}/default`, provider, apiKey, baseUrl: `${recorder.url}/${provider}` });
  };
  providers = { anchor: open('anchor'), browserbase: open('browserbase') };
});

afterEach(async () => {
  await Promise.all([providers.anchor.close(), providers.browserbase.close()]);
  await recorder.close();
  await simulator.close();
});

/** An answer, and what Perdure made of it; `shown` is missing for answers that it never asks for. */
interface Look {
  exchange: Exchange;
  shown?: Shown;
}

const call: Call = { timeoutMs: 20_000 };
const result = { total: 7 };

async function seen(act: () => Promise<Shown>): Promise<Look> {
  const shown = await act().catch((error: unknown): Shown => {
    if (error instanceof PerdureError) return { error };
    throw error;
  });
  const exchange = recorder.exchanges.at(-1);
  return exchange ? { exchange, shown } : expect.fail('nothing was answered');
}

function driverOf({ endpoint }: AgentSpec): EndpointDriver {
  return providers[endpoint === 'browserbase.agentRun' ? 'browserbase' : 'anchor'].driver(endpoint);
}

async function start(agent: AgentSpec, mark?: string): Promise<Look> {
  const input = agent.input as Resolved<AgentSpec['input']>;
  return seen(async () => ({ accepted: await driverOf(agent).start({ input, mark }, call) }));
}

/** Starts a run and looks at it at its beginning, while it works and when it has ended. */
async function follow(agent: AgentSpec): Promise<Look[]> {
  const started = await start(agent, 'perdure-test-k-e-g1');
  const { runId } = started.shown?.accepted ?? {};
  const handle = { generation: 1, mark: 'm', runId, ownsSession: false };
  const looks = [started];
  for (const wait of ['2 s', '10 min'] as const) {
    await simulator.clock.advance(wait);
    looks.push(await seen(async () => ({ ending: await driverOf(agent).read(handle, call) })));
  }
  return looks;
}

/** A request that Perdure never makes. */
async function raw(path: string, body: object): Promise<Look> {
  const headers = { 'content-type': 'application/json', 'anchor-api-key': simulator.keys.anchor[0] ?? '' };
  await fetch(`${recorder.url}/anchor${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  const exchange = recorder.exchanges.at(-1);
  return exchange ? { exchange } : expect.fail('nothing was answered');
}

const prompt = { prompt: 'p', session: 'provider' } as const;

async function refused(agent: AgentSpec, status: number): Promise<Look> {
  simulator.fault({ kind: 'status', on: 'start', status, message: `No: ${status}.` });
  return start(agent);
}

async function ended(agent: AgentSpec, how: 'timesOut' | 'isCancelled' | 'fails' | 'returns'): Promise<Look[]> {
  const script = simulator.on(agent.endpoint).lasts('1 min');
  if (how === 'fails') script.fails('It broke.', { code: 'RUNNER_HEARTBEAT_LOST' });
  else if (how === 'returns') script.returns(result);
  else script[how]();
  return follow(agent);
}

async function openSession(): Promise<string> {
  const { exchange } = await raw('/v1/sessions', {});
  return (exchange.body as { data: { id: string } }).data.id;
}

const scenes: Record<EndpointName, () => Promise<Look[]>> = {
  'anchor.webTask': async () => [
    await start(anchor.webTask(prompt)),
    await raw('/v1/tools/perform-web-task', { prompt: 'p' }),
    await refused(anchor.webTask(prompt), 400),
    await refused(anchor.webTask(prompt), 500),
  ],
  'anchor.sessionAgent': async () => {
    const spec = anchor.sessionAgent({ prompt: 'p', session_id: await openSession() });
    simulator.on('anchor.sessionAgent').returns(result);
    return [await start(spec), await refused(spec, 500)];
  },
  'anchor.task': async () => {
    const spec = anchor.task({ taskId: simulator.taskId('known'), input_params: {}, session: 'provider' });
    const looks: Look[] = [];
    for (const how of ['returns', 'fails', 'timesOut', 'isCancelled'] as const) looks.push(...(await ended(spec, how)));
    const unknown = anchor.task({ taskId: 'unknown', input_params: {}, session: 'provider' });
    return [...looks, await start(unknown), await refused(spec, 500)];
  },
  'anchor.namedTask': async () => {
    const synchronous = await raw('/v1/task/run/known', {});
    simulator.on('anchor.namedTask').fails('It broke.');
    return [
      synchronous,
      await raw('/v1/task/run/known', {}),
      await start(anchor.namedTask({ taskName: 'known', session: 'provider' })),
      await start(anchor.namedTask({ taskName: 'unknown', session: 'provider' })),
      await refused(anchor.namedTask({ taskName: 'known', session: 'provider' }), 500),
    ];
  },
  'browserbase.agentRun': async () => {
    const spec = browserbase.agentRun({ task: 't', agentId: 'a-1', resultSchema: someSchema });
    const looks: Look[] = [];
    for (const how of ['returns', 'fails', 'timesOut', 'isCancelled'] as const) looks.push(...(await ended(spec, how)));
    return looks;
  },
};

test.each(endpointNames)(
  'every property of every answer of %s is produced, and shown or left out by name',
  async (endpoint) => {
    const { responses } = factsOf(endpoint);
    const produced = new Set<string>();
    const values = new Map<string, Set<Json>>();
    const faults: string[] = [];
    for (const { exchange, shown } of await scenes[endpoint]()) {
      const code = documentedCode(endpoint, exchange);
      const { fields, faults: wrong } = readByRows(responses[code] ?? [], exchange.body);
      faults.push(...wrong.map((fault) => `${code} ${fault}`));
      for (const { row, value } of fields) {
        const name = `${code} ${row.path}`;
        produced.add(name);
        values.set(name, (values.get(name) ?? new Set()).add(value));
        const fate = fates[endpoint][name];
        if (shown && fate && !isShown(fate, shown, value))
          faults.push(`${name}: ${JSON.stringify(value)} is not shown`);
      }
    }
    expect(faults).toEqual([]);
    for (const [code, rows] of Object.entries(responses)) {
      for (const row of leavesOf(rows)) {
        const name = `${code} ${row.path}`;
        expect(fates[endpoint], name).toHaveProperty([name]);
        expect(produced, name).toContain(name);
        if (row.enum) expect([...(values.get(name) ?? [])].sort(), name).toEqual([...row.enum].sort());
      }
    }
  },
);

test('no fate is told of a field that no document has', () => {
  for (const endpoint of endpointNames) {
    const { responses } = factsOf(endpoint);
    const names = Object.entries(responses).flatMap(([code, rows]) =>
      leavesOf(rows).map(({ path }) => `${code} ${path}`),
    );
    expect(Object.keys(fates[endpoint]).filter((name) => !names.includes(name))).toEqual([]);
  }
});

/** A look at a run has the same shape as the answer to its start, with another code at Browserbase. */
function documentedCode(endpoint: EndpointName, { status }: Exchange): string {
  return endpoint === 'browserbase.agentRun' && status === 200 ? '201' : String(status);
}

function isShown(fate: Fate, shown: Shown, value: Json): boolean {
  if ('leftOut' in fate) return true;
  const found = fate.shows(shown);
  if (typeof found === 'string' && typeof value === 'string') return found.includes(value);
  return JSON.stringify(found) === JSON.stringify(value);
}
