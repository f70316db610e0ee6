import type { CountryCode } from './country-codes.js';
import type { Json, JsonObject } from './json.js';
import type { SecretRef } from './secret.js';

/** Anchor's own proxy; `city` needs `region`. */
export interface AnchorProxy {
  active: boolean;
  type?: 'anchor_proxy';
  country_code?: CountryCode;
  region?: string;
  city?: string;
}

/** A proxy of the caller's. */
export interface CustomProxy {
  type: 'custom';
  /** `PROTOCOL://HOST:PORT`. */
  server: string;
  username: string | SecretRef;
  password: SecretRef;
  active: boolean;
}

/** Anchor's session configuration, in Anchor's names. Time-outs are minutes; -1 disables one. */
export interface AnchorSessionConfig {
  initial_url?: string;
  /** The caller's tags; Perdure's mark is added to them. */
  tags?: string[];
  recording?: { active?: boolean };
  proxy?: AnchorProxy | CustomProxy;
  timeout?: { max_duration?: number; idle_timeout?: number };
  live_view?: { read_only?: boolean; one_time_url?: boolean };
}

/** The body of the session that Perdure opens for a run. */
export interface AnchorSession extends AnchorSessionConfig {
  /** Anchor's `browser` object (profile, captcha_solver, viewport, …), sent as it is. */
  browser?: JsonObject;
  integrations?: Json[];
  identities?: { id: string }[];
}

/** What Perdure adds to each Anchor endpoint. */
export interface AnchorAdditions {
  /**
   * The session that Perdure opens and ends for the run; `'provider'` lets Anchor open its own, and then there is
   * neither a fence nor a question. Refused together with a session id of the caller's.
   */
  session?: AnchorSession | 'provider';
  /** Fields that Perdure does not know yet, sent as they are and noted in the outcome. */
  extra?: JsonObject;
}

/** The agents that the published documents and Anchor's clients name. */
export const anchorAgents = ['browser-use', 'openai-cua', 'gemini-computer-use', 'anthropic-cua', 'yutori'] as const;
export const anchorModelProviders = ['openai', 'gemini', 'groq', 'azure', 'xai'] as const;

interface AgentOptions {
  prompt: string;
  agent?: (typeof anchorAgents)[number];
  model?: string;
  detect_elements?: boolean;
  highlight_elements?: boolean;
  human_intervention?: boolean;
  /** Default at Anchor: 200. */
  max_steps?: number;
  secret_values?: Record<string, SecretRef>;
  output_schema?: JsonObject;
}

/** `POST /v1/tools/perform-web-task`; always sent with `async: true`. */
export interface WebTaskInput extends AgentOptions, AnchorAdditions {
  /** A session of the caller's, which Perdure never ends. */
  sessionId?: string;
  url?: string;
  provider?: (typeof anchorModelProviders)[number];
  async?: true;
}

/** `POST /v1/sessions/{session_id}/agent/run`, which answers only when the agent has finished. */
export interface SessionAgentInput extends AgentOptions, AnchorAdditions {
  /** A running session of the caller's; without it Perdure opens one. */
  session_id?: string;
  provider?: string;
}

/** `POST /v2/tasks/{taskId}/run`. */
export interface TaskInput extends AnchorAdditions {
  taskId: string;
  input_params: Record<string, string | SecretRef>;
  identity_id?: string;
  /** A session of the caller's, which Perdure never ends. */
  session_id?: string;
  cleanup_sessions?: boolean;
  /** Task version, newer than the published document. */
  version?: string;
  identity_skip_validation?: boolean;
}

/** `POST /v1/task/run/{taskName}` (legacy); always sent with `async: true`. */
export interface NamedTaskInput extends AnchorAdditions {
  /** Letters, digits, `_` and `-`. */
  taskName: string;
  /** A session of the caller's (a UUID), which Perdure never ends. */
  sessionId?: string;
  async?: true;
  /** Becomes the configuration of the session that Perdure opens. */
  overrideBrowserConfiguration?: AnchorSessionConfig;
  /** Names start with `ANCHOR_`. */
  inputs?: Record<string, string | SecretRef>;
  cleanupSessions?: boolean;
}
