import type { JsonObject } from './json.js';
import type { SecretRef } from './secret.js';

/** Browser configuration of an agent run's session. */
export interface BrowserbaseBrowserSettings {
  /** A saved state of a browser, such as a sign-in; with `persist` what this run changes is kept. Default: not kept. */
  context?: { id: string; persist?: boolean };
  /** `true` for the default proxy; a list is newer than the published document. */
  proxies?: boolean | JsonObject[];
  /** Browserbase's Verified browser. */
  verified?: boolean;
}

/** `POST /v1/agents/runs`. */
export interface BrowserbaseAgentRunInput {
  /** At least one character. */
  task: string;
  /** A custom agent of the account; its system prompt and schema hold where nothing else is said. */
  agentId?: string;
  /** JSON Schema that the agent aims at; filled in from `result` where that is given. Perdure checks the result. */
  resultSchema?: JsonObject;
  /** Of the run's own session. Default: Browserbase's. */
  browserSettings?: BrowserbaseBrowserSettings;
  /** Placeholders `%name%` in the task; Browserbase does not keep the values. */
  variables?: Record<string, { value: SecretRef; description?: string }>;
  /** When the agent is to pause and ask; newer than the published document. */
  pauseWhen?: string;
  /**
   * `'off'` sends nothing that Perdure could find the run by, so that an unknown start stays unknown. By default the
   * mark is a `$comment` in `resultSchema` or, without one, a last line of `task`, which the agent reads.
   */
  mark?: 'off';
  /** Fields that Perdure does not know yet, sent as they are and noted in the outcome. */
  extra?: JsonObject;
}
