import type { EndpointName } from '../core/endpoints.js';
import { PerdureError } from '../core/errors.js';
import type { HttpLimits } from '../http/client.js';
import { createAnchorClient } from './anchor/client.js';
import { anchorFiles } from './anchor/files.js';
import { createNamedTaskDriver } from './anchor/named-task.js';
import { createSessionAgentDriver } from './anchor/session-agent.js';
import { createTaskDriver } from './anchor/task.js';
import { createWebTaskDriver } from './anchor/web-task.js';
import { createAgentRunDriver } from './browserbase/agent-run.js';
import { createBrowserbaseClient } from './browserbase/client.js';
import { browserbaseFiles } from './browserbase/files.js';
import type { Account, EndpointDriver, Provider } from './provider.js';

type Drivers = { [E in EndpointName]?: EndpointDriver<E> };

/**
 * Makes the provider of one account. Throws `config-invalid` for a base URL or a key that can't be used; its `driver`
 * throws `bad-input` for an endpoint of another provider.
 */
export function createProvider(account: Account, limits: HttpLimits = {}): Provider {
  const { drivers, files, close } =
    account.provider === 'anchor' ? openAnchor(account, limits) : openBrowserbase(account, limits);
  return {
    name: account.provider,
    account: account.name,
    driver: (endpoint) => {
      const driver = drivers[endpoint];
      if (driver) return driver;
      throw new PerdureError({
        code: 'bad-input',
        message: `The account '${account.name}' has no endpoint '${endpoint}'.`,
        hint: `Name an account of the endpoint's provider: ${endpoint.split('.')[0]}/default.`,
      });
    },
    ...files,
    close,
  };
}

interface Opened {
  drivers: Drivers;
  files: Pick<Provider, 'files' | 'fetchFile'>;
  close: () => Promise<void>;
}

function openAnchor(account: Account, limits: HttpLimits): Opened {
  const client = createAnchorClient(account, limits);
  const drivers = {
    'anchor.webTask': createWebTaskDriver(client),
    'anchor.sessionAgent': createSessionAgentDriver(client),
    'anchor.task': createTaskDriver(client),
    'anchor.namedTask': createNamedTaskDriver(client),
  };
  return { drivers, files: anchorFiles(client), close: () => client.close() };
}

function openBrowserbase(account: Account, limits: HttpLimits): Opened {
  const client = createBrowserbaseClient(account, limits);
  const drivers = { 'browserbase.agentRun': createAgentRunDriver(client) };
  return { drivers, files: browserbaseFiles(client), close: () => client.close() };
}
