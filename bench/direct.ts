import { defaultTimings } from '../src/core/timings.js';
import { createProvider } from '../src/providers/index.js';
import type { Accepted, EndpointDriver } from '../src/providers/provider.js';
import { BenchError } from './bench-error.js';
import type { Party, Stage } from './stage/stage.js';
import { agentOf, type PlannedRun } from './task.js';

type Driver = EndpointDriver<'browserbase.agentRun'>;

/** Calls Browserbase in the name of a party by the client that Perdure's worker uses, and nothing else. */
export async function directly<T>(
  { simulator }: Stage,
  { account, apiKey }: Party,
  call: (driver: Driver) => Promise<T>,
): Promise<T> {
  const provider = 'browserbase';
  const direct = createProvider({ name: account, provider, apiKey, baseUrl: simulator.browserbaseUrl });
  try {
    return await call(direct.driver('browserbase.agentRun'));
  } finally {
    await direct.close();
  }
}

/** Starts a run at the provider, of which no workflow knows. */
export function startDirectly(driver: Driver, run: PlannedRun): Promise<Accepted> {
  const { input } = agentOf('browserbase', run);
  if (!('task' in input)) throw new BenchError('A run at Browserbase has a task.');
  return driver.start({ input: { task: input.task } }, { timeoutMs: defaultTimings.startRequest });
}
