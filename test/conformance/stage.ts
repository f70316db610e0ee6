import type { EndpointInputs } from '../../src/core/builders.js';
import type { EndpointName } from '../../src/core/endpoints.js';
import { makeMark } from '../../src/core/mark.js';
import { isTerminal } from '../../src/core/reading.js';
import type { ProviderHandle } from '../../src/core/run.js';
import type { Resolved } from '../../src/core/secret.js';
import { type Accepted, createProvider, type Ending, type EndpointDriver } from '../../src/providers/index.js';
import { drivenClock, type Simulator, type SimulatorOptions, startSimulator } from '../../src/simulator/index.js';

export const call = { timeoutMs: 10_000 };

/** What each endpoint is started with: everything may ask, where it can. */
export const inputs: { [E in EndpointName]: Resolved<EndpointInputs[E]> } = {
  'anchor.webTask': { prompt: 'read the invoice', url: 'https://shop.example', human_intervention: true },
  'anchor.sessionAgent': { prompt: 'read the invoice', human_intervention: true },
  'anchor.task': { taskId: 'invoices', input_params: { month: '11' } },
  'anchor.namedTask': { taskName: 'invoices', inputs: { ANCHOR_MONTH: '11' } },
  'browserbase.agentRun': { task: 'read the invoice', pauseWhen: 'you are unsure' },
};

export const mark = makeMark({ deployment: 'test', key: 'invoice-1', firstExecution: 'a1b2c3d4e5f6', generation: 1 });
export const otherMark = makeMark({
  deployment: 'test',
  key: 'invoice-2',
  firstExecution: 'a1b2c3d4e5f6',
  generation: 1,
});

/** A driver of one endpoint at a simulator whose clock stands still. */
export interface Stage {
  readonly sim: Simulator;
  readonly driver: EndpointDriver;
  close(): Promise<void>;
}

/** A run that the provider has taken. */
export interface Started {
  readonly handle: ProviderHandle;
  /** Of an endpoint whose start blocks, it comes with the end. */
  readonly accepted: Promise<Accepted>;
}

export async function openStage(endpoint: EndpointName, options: SimulatorOptions = {}): Promise<Stage> {
  const sim = await startSimulator({ clock: drivenClock(), ...options });
  const provider = createProvider(accountAt(sim, endpoint));
  return {
    sim,
    driver: provider.driver(endpoint),
    close: async () => {
      await provider.close();
      await sim.close();
    },
  };
}

export function accountAt(sim: Simulator, endpoint: EndpointName, apiKey?: string) {
  const anchor = endpoint !== 'browserbase.agentRun';
  return {
    name: anchor ? 'anchor/default' : 'browserbase/default',
    provider: anchor ? ('anchor' as const) : ('browserbase' as const),
    apiKey: apiKey ?? sim.keys[anchor ? 'anchor' : 'browserbase'][0] ?? '',
    baseUrl: anchor ? sim.anchorUrl : sim.browserbaseUrl,
  };
}

/** Opens a session where the endpoint has them, and starts a run. */
export async function start({ sim, driver }: Stage): Promise<Started> {
  const input = inputs[driver.endpoint];
  const session = await driver.openSession?.({ input, mark, lastsMs: 3_600_000 }, call);
  const effected = sim.next({ on: 'start', phase: 'effected' });
  const timeoutMs = driver.flags.blockingStart ? Number.POSITIVE_INFINITY : call.timeoutMs;
  const accepted = driver.start({ input, mark, sessionId: session?.sessionId }, { timeoutMs });
  accepted.catch(() => undefined);
  await Promise.race([effected, accepted]);
  const early = driver.flags.blockingStart ? undefined : await accepted;
  const { runId, taskId, sessionId } = early ?? {};
  const known = { runId, taskId, sessionId: session?.sessionId ?? sessionId };
  const asks = driver.flags.canAsk !== 'none';
  return { accepted, handle: { generation: 1, mark, ...known, ownsSession: session !== undefined, asks } };
}

/** Moves the time on until the run has ended, and reads how. */
export async function finish({ sim, driver }: Stage, { handle, accepted }: Started): Promise<Ending | undefined> {
  if (driver.flags.blockingStart) {
    await sim.clock.advance('3 s');
    return (await accepted).ending;
  }
  for (let second = 0; second < 60; second += 1) {
    if (isTerminal((await driver.status(handle, call)).state)) return driver.read(handle, call);
    await sim.clock.advance('1 s');
  }
  return undefined;
}
