import { type AgentSpec, anchor, browserbase } from '../../src/core/builders.js';
import type { EndpointName } from '../../src/core/endpoints.js';
import { type SecretRef, secret } from '../../src/core/secret.js';

/** The secrets that a run of each endpoint refers to, at every place that takes one. */
export const secretsOf: Readonly<Record<EndpointName, readonly string[]>> = {
  'anchor.webTask': ['CANARY_WEB_PASSWORD', 'CANARY_PROXY_USER', 'CANARY_PROXY_PASSWORD', 'file:portal/pin'],
  'anchor.sessionAgent': ['CANARY_AGENT_KEY', 'CANARY_AGENT_PROXY'],
  'anchor.task': ['CANARY_TASK_TOKEN', 'CANARY_PROXY_PASSWORD'],
  'anchor.namedTask': ['CANARY_INPUT', 'CANARY_OVERRIDE_USER', 'CANARY_OVERRIDE_PASSWORD'],
  'browserbase.agentRun': ['CANARY_CARD', 'CANARY_LIST_PASSWORD', 'file:portal/pin'],
};

export const endpoints: readonly EndpointName[] = [
  'anchor.webTask',
  'anchor.sessionAgent',
  'anchor.task',
  'anchor.namedTask',
  'browserbase.agentRun',
];

/** A secret that no worker has. */
export const missing = 'CANARY_MISSING';

/** What an agent of the canary is to be like. */
export interface AgentWishes {
  /** Whether it may ask a person. */
  asks?: boolean;
  /** Whether it also refers to a secret that does not resolve. */
  lacks?: boolean;
}

/** An agent whose requests can be told by `text`, with secrets wherever the endpoint takes them. */
export function agentOf(endpoint: EndpointName, text: string, { asks = false, lacks = false }: AgentWishes): AgentSpec {
  const human_intervention = asks;
  const also: Record<string, SecretRef> = lacks ? { more: secret(missing) } : {};
  const proxy = (username: string, password: string) =>
    ({
      type: 'custom',
      server: 'http://proxy.example:3128',
      username: secret(username),
      password: secret(password),
      active: true,
    }) as const;
  const tags = [text];
  switch (endpoint) {
    case 'anchor.webTask': {
      const secret_values = { password: secret('CANARY_WEB_PASSWORD'), pin: secret('file:portal/pin'), ...also };
      const session = { tags, proxy: proxy('CANARY_PROXY_USER', 'CANARY_PROXY_PASSWORD') };
      return anchor.webTask({ prompt: text, human_intervention, session, secret_values });
    }
    case 'anchor.sessionAgent': {
      const secret_values = { key: secret('CANARY_AGENT_KEY'), ...also };
      const session = { tags, proxy: proxy('CANARY_AGENT_PROXY', 'CANARY_AGENT_PROXY') };
      return anchor.sessionAgent({ prompt: text, human_intervention, session, secret_values });
    }
    case 'anchor.task': {
      const session = { tags, proxy: proxy('CANARY_TASK_TOKEN', 'CANARY_PROXY_PASSWORD') };
      const input_params = { Note: text, Token: secret('CANARY_TASK_TOKEN'), ...also };
      return anchor.task({ taskId: 'task-1', input_params, session });
    }
    case 'anchor.namedTask': {
      const overrideBrowserConfiguration = { tags, proxy: proxy('CANARY_OVERRIDE_USER', 'CANARY_OVERRIDE_PASSWORD') };
      const more: Record<string, SecretRef> = lacks ? { ANCHOR_MORE: secret(missing) } : {};
      const inputs = { ANCHOR_NOTE: text, ANCHOR_INPUT: secret('CANARY_INPUT'), ...more };
      return anchor.namedTask({ taskName: 'canary', inputs, overrideBrowserConfiguration });
    }
    case 'browserbase.agentRun': {
      const password = { ...secret('CANARY_LIST_PASSWORD') };
      const external = { type: 'external', server: 'http://proxy.example:3128', username: 'me', password };
      const variables = {
        card: { value: secret('CANARY_CARD') },
        pin: { value: secret('file:portal/pin') },
        ...(lacks && { more: { value: secret(missing) } }),
      };
      const browserSettings = { proxies: [external] };
      return browserbase.agentRun({ task: text, variables, browserSettings, ...(asks && { pauseWhen: 'unclear' }) });
    }
  }
}
