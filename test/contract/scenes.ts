import { type AgentSpec, anchor, browserbase } from '../../src/core/builders.js';
import type { EndpointName } from '../../src/core/endpoints.js';
import type { Outcome, RunReport } from '../../src/core/run.js';
import { openCallersSession } from './callers-session.js';
import { factsOf } from './facts.js';
import { someSchema } from './generate.js';
import type { RecordedStage } from './recorded-stage.js';
import type { Exchange } from './recorder.js';

/** Answers of the kind that an endpoint's document describes. */
export interface Scene {
  exchanges: Exchange[];
  /** What the caller saw of them; absent where the request is one that Perdure never makes. */
  run?: {
    outcome: Outcome;
    /** How the run stood before it was looked at for the first time; absent where it never was. */
    report?: RunReport;
  };
}

type Ending = 'timesOut' | 'isCancelled' | 'fails' | 'returns';

const endings: readonly Ending[] = ['returns', 'fails', 'timesOut', 'isCancelled'];
const result = { total: 7 };
const prompt = { prompt: 'p', session: 'provider' } as const;

/** Looks at a run that are answered in the form of its start. */
const looks: Partial<Record<EndpointName, RegExp>> = {
  'anchor.task': /^\/v2\/tasks\/runs\/[^/]+\/status$/,
  'browserbase.agentRun': /^\/v1\/agents\/runs\/[^/]+$/,
};

/** Has the simulator give every answer of an endpoint's document but its 500. */
export const scenes: Record<EndpointName, (stage: RecordedStage) => Promise<Scene[]>> = {
  'anchor.webTask': async (stage) => [
    await ended(stage, anchor.webTask(prompt), 'returns'),
    await raw(stage, 'anchor.webTask', '/v1/tools/perform-web-task', { prompt: 'p' }),
    await refused(stage, anchor.webTask(prompt), 400),
  ],
  'anchor.sessionAgent': async (stage) => {
    finishCall(stage, 'anchor.sessionAgent');
    return [await ended(stage, await callersAgent(stage), 'returns')];
  },
  'anchor.task': async (stage) => {
    const played: Scene[] = [];
    for (const ending of endings) played.push(await ended(stage, task(stage.simulator.taskId('known')), ending));
    return [...played, await run(stage, task('unknown'))];
  },
  'anchor.namedTask': async (stage) => {
    const synchronous = await raw(stage, 'anchor.namedTask', '/v1/task/run/known', {});
    stage.simulator.on('anchor.namedTask').fails('It broke.');
    return [
      synchronous,
      await raw(stage, 'anchor.namedTask', '/v1/task/run/known', {}),
      await ended(stage, namedTask('known'), 'returns'),
      await run(stage, namedTask('unknown')),
    ];
  },
  'browserbase.agentRun': async (stage) => {
    const agent = browserbase.agentRun({ task: 't', agentId: 'a-1', resultSchema: someSchema });
    const played: Scene[] = [];
    for (const ending of endings) played.push(await ended(stage, agent, ending));
    return played;
  },
};

/** Has the start of every endpoint whose document has a 500 answered with it; all at once, since they take long to settle. */
export async function serverErrors(stage: RecordedStage): Promise<Partial<Record<EndpointName, Scene>>> {
  const agents: AgentSpec[] = [
    anchor.webTask(prompt),
    await callersAgent(stage),
    task(stage.simulator.taskId('known')),
    namedTask('known'),
  ];
  const played = agents.map(async (agent) => [agent.endpoint, await refused(stage, agent, 500)] as const);
  return Object.fromEntries(await Promise.all(played));
}

const task = (taskId: string) => anchor.task({ taskId, input_params: {}, session: 'provider' });
const namedTask = (taskName: string) => anchor.namedTask({ taskName, session: 'provider' });

async function callersAgent({ simulator }: RecordedStage): Promise<AgentSpec> {
  return anchor.sessionAgent({ prompt: 'p', session_id: await openCallersSession(simulator) });
}

/** A run from its start to its outcome: at the first look at it, it goes on; at the second, it has ended. */
async function run(stage: RecordedStage, agent: AgentSpec): Promise<Scene> {
  const { perdure, simulator, recorder } = stage;
  const { endpoint } = agent;
  const first = recorder.exchanges.length;
  let report: RunReport | undefined;
  const handle = perdure.get(`${endpoint}-${first}`);
  const forget = simulator.when({ endpoint, on: 'status', phase: 'received' }, async () => {
    const isFirst = report === undefined;
    report ??= await handle.status();
    await simulator.clock.advance(isFirst ? '5 s' : '1 min');
  });
  await perdure.start({ key: handle.key, agent });
  const outcome = await handle.outcome();
  forget();
  return { exchanges: documented(endpoint, recorder.exchanges.slice(first)), run: { outcome, report } };
}

/** Lets the next run end whose start is answered with its end. */
function finishCall({ simulator }: RecordedStage, endpoint: EndpointName): void {
  simulator.when({ endpoint, on: 'start', phase: 'effected', times: 1 }, () => simulator.clock.advance('1 min'));
}

async function ended(stage: RecordedStage, agent: AgentSpec, ending: Ending): Promise<Scene> {
  const script = stage.simulator.on(agent.endpoint).lasts('30 s');
  if (ending === 'fails') script.fails('It broke.', { code: 'RUNNER_HEARTBEAT_LOST' });
  else if (ending === 'returns') script.returns(result);
  else script[ending]();
  return run(stage, agent);
}

async function refused(stage: RecordedStage, agent: AgentSpec, status: number): Promise<Scene> {
  const { endpoint } = agent;
  stage.simulator.fault({ kind: 'status', on: 'start', endpoint, status, message: `No: ${status}.` });
  return run(stage, agent);
}

/** A request that Perdure never makes. */
async function raw(stage: RecordedStage, endpoint: EndpointName, path: string, body: object): Promise<Scene> {
  const { recorder, simulator } = stage;
  const first = recorder.exchanges.length;
  finishCall(stage, endpoint);
  const headers = { 'content-type': 'application/json', 'anchor-api-key': simulator.keys.anchor[0] ?? '' };
  await fetch(`${recorder.url}/anchor${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  return { exchanges: documented(endpoint, recorder.exchanges.slice(first)) };
}

function documented(endpoint: EndpointName, exchanges: readonly Exchange[]): Exchange[] {
  const { method, path } = factsOf(endpoint);
  const start = new RegExp(`^${path.replace(/\{[^}]*\}/g, '[^/]+')}$`);
  return exchanges.filter((exchange) => {
    const [place = ''] = exchange.path.replace(/^\/(anchor|browserbase)/, '').split('?');
    return exchange.method === method ? start.test(place) : looks[endpoint]?.test(place);
  });
}
