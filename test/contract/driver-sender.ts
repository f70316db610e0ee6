import { type AgentSpec, callerSession, type EndpointInputs, opensSession } from '../../src/core/builders.js';
import { type EndpointName, providerOf } from '../../src/core/endpoints.js';
import { isPerdureError } from '../../src/core/errors.js';
import { makeMark } from '../../src/core/mark.js';
import type { Resolved } from '../../src/core/secret.js';
import { type Call, createProvider, type Provider } from '../../src/providers/index.js';
import type { Simulator } from '../../src/simulator/index.js';
import type { Sending } from './sending.js';
import { toWire } from './wire-form.js';

/** Starts runs at the simulator and leaves nothing open. */
export interface Sender {
  /** Starts a run, its session first where it has one of its own; a refusal is no error here. */
  send(agent: AgentSpec): Promise<Sending>;
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
      const before = simulator.ledger.entries.length;
      await sendOne(providers[providerOf(agent.endpoint)], agent, mark);
      const requests = simulator.ledger.requests().filter(({ seq }) => seq > before);
      return {
        mark,
        starts: requests.filter(({ operation }) => operation === 'start'),
        creations: requests.filter(({ operation }) => operation === 'session.create'),
      };
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
