import { createHttpClient, type HttpLimits } from '../../http/client.js';
import type { Account } from '../provider.js';
import {
  type AnchorAgent,
  type AnchorLegacyTasks,
  type AnchorTasks,
  type AnchorTools,
  createAgentCalls,
  createLegacyTaskCalls,
  createTaskCalls,
  createToolCalls,
} from './run-calls.js';
import { type AnchorSessions, createSessionCalls } from './session-calls.js';

/** Anchor Browser's interface, by resource. Each method makes one request and repeats nothing. */
export interface AnchorClient {
  readonly sessions: AnchorSessions;
  readonly agent: AnchorAgent;
  readonly tools: AnchorTools;
  readonly tasks: AnchorTasks;
  readonly legacyTasks: AnchorLegacyTasks;
  /** Closes its connections. */
  close(): Promise<void>;
}

/** Makes a client of one Anchor account. Throws `config-invalid` for a base URL or a key that can't be used. */
export function createAnchorClient(account: Account, limits: HttpLimits = {}): AnchorClient {
  const { name, apiKey, baseUrl } = account;
  const headers = { 'anchor-api-key': apiKey };
  const http = createHttpClient({ ...limits, provider: 'Anchor', account: name, baseUrl, headers });
  return {
    sessions: createSessionCalls(http),
    agent: createAgentCalls(http),
    tools: createToolCalls(http),
    tasks: createTaskCalls(http),
    legacyTasks: createLegacyTaskCalls(http),
    close: () => http.close(),
  };
}
