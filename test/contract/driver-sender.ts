import { type AgentSpec, callerSession, type EndpointInputs, opensSession } from '../../src/core/builders.js';
import { type EndpointName, providerOf } from '../../src/core/endpoints.js';
import { isPerdureError } from '../../src/core/errors.js';
import { makeMark } from '../../src/core/mark.js';
import type { Resolved } from '../../src/core/secret.js';
import { type Call, createProvider, type Provider } from '../../src/providers/index.js';
import type { Simulator } from '../../src/simulator/index.js';
import { toWire } from './wire-form.js';

/** Starts runs at the simulator and leaves nothing open. */
export interface Sender {
  /** Starts a run, its session first where it has one of its own; a refusal is no error here. The mark it was sent with. */
  send(agent: AgentSpec): Promise<string>;
  close(): Promise<void>;
}

const call: Call = { timeoutMs: 20_000 };

/** Sends by the providers' drivers, without Temporal. */
export function openDriverSender(simulator: Simulator): Sender {
  const { anchorUrl, browserbaseUrl, keys } = simulator;
  const open = (provider: 'anchor' | 'browserbase', baseUrl: string) =>
    createProvider({ name: `${provider}/default`, provider, baseUrl, apiKey: keys[provider][0] ?? '' });
  const providers = { anchor: open('anchor', anchorUrl), browserbase: open('browserbase', browserbaseUrl) };
  let sent = 0;
  return {
    send: async (agent) => {
      sent += 1;
      const mark = makeMark({ deployment: 'test', key: String(sent), firstExecution: 'e', generation: 1 });
      await sendOne(providers[providerOf(agent.endpoint)], agent, mark);
      return mark;
    },
    close: async () => {
      await Promise.all([providers.anchor.close(), providers.browserbase.close()]);
    },
  };
}

async function sendOne(provider: Provider, agent: AgentSpec, mark: string): Promise<void> {
  const driver = provider.driver(agent.endpoint);
  const input = toWire(agent.input) as unknown as Resolved<EndpointInputs[EndpointName]>;
  const unmarked = 'mark' in agent.input && agent.input.mark === 'off';
  const own = opensSession(agent) ? await driver.openSession?.({ input, mark, lastsMs: 60_000 }, call) : undefined;
  const sessionId = own?.sessionId ?? callerSession(agent);
  try {
    await driver.start({ input, mark: unmarked ? undefined : mark, sessionId }, call);
  } catch (error) {
    if (!isPerdureError(error, 'request-rejected')) throw error;
  }
  if (own) await driver.release(own.sessionId, call);
}
