import { drivenClock } from './clock.js';
import { type Simulator, type SimulatorOptions, startSimulator } from './simulator.js';

/** An answer as a test looks at it. */
export interface Answer {
  readonly status: number;
  /** The parsed JSON, an error's shape or a list, as the test expects it. */
  readonly body: Fields;
  readonly headers: Headers;
}

export interface Fields {
  readonly [name: string]: unknown;
}

/** A simulator with a caller of its own, for the tests of this folder. */
export interface Bench {
  readonly sim: Simulator;
  /** Sends a request with the first keys of both providers. */
  ask(method: string, path: string, body?: unknown): Promise<Answer>;
  /** Starts a run without waiting for its end and gives its id. */
  start(endpoint: keyof typeof starts, fields?: Fields, session?: string): Promise<string>;
  /** Opens an Anchor session and gives its id. */
  session(body?: Fields): Promise<string>;
}

const starts = {
  webTask: { path: '/anchor/v1/tools/perform-web-task', body: { prompt: 'do it', async: true } },
  task: { path: '/anchor/v2/tasks/invoices/run', body: { input_params: {} } },
  namedTask: { path: '/anchor/v1/task/run/invoices', body: { async: true } },
  agentRun: { path: '/browserbase/v1/agents/runs', body: { task: 'do it' } },
};

/** Starts a simulator, by default with a clock that stands still. */
export async function openBench(options: SimulatorOptions = {}): Promise<Bench> {
  const sim = await startSimulator({ clock: drivenClock(), ...options });
  const headers = { 'anchor-api-key': sim.keys.anchor[0] ?? '', 'x-bb-api-key': sim.keys.browserbase[0] ?? '' };
  const ask: Bench['ask'] = async (method, path, body) => {
    const init = body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) };
    const response = await fetch(sim.url + path, init);
    return { status: response.status, body: (await response.json()) as Fields, headers: response.headers };
  };
  return {
    sim,
    ask,
    async start(endpoint, fields = {}, session) {
      const { path, body } = starts[endpoint];
      const query = session === undefined ? '' : `?sessionId=${session}`;
      const answer = await ask('POST', path + query, { ...body, ...fields });
      return idIn(answer);
    },
    async session(body = {}) {
      const answer = await ask('POST', '/anchor/v1/sessions', body);
      return String(dataOf(answer)['id']);
    },
  };
}

function idIn(answer: Answer): string {
  const fields = { ...answer.body, ...dataOf(answer) };
  return String(fields['runId'] ?? fields['run_id'] ?? fields['workflow_id'] ?? fields['executionResultId']);
}

/** What stands in `data`, where Anchor puts its answers. */
export const dataOf = (answer: Answer): Fields => (answer.body['data'] ?? {}) as Fields;
