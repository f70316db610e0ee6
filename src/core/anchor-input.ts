import type { CountryCode } from './country-codes.js';
import type { Json, JsonObject } from './json.js';
import type { SecretRef } from './secret.js';

/** Anchor's own proxy; `city` needs `region`. */
export interface AnchorProxy {
  /** False: no proxy. */
  active: boolean;
  type?: 'anchor_proxy';
  /** ISO 3166, two lower-case letters, one of those that Anchor names. */
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
  /** False: no proxy. */
  active: boolean;
}

/** Anchor's session configuration, in Anchor's names. Time-outs are minutes; -1 disables one. */
export interface AnchorSessionConfig {
  /** Where the browser begins. Default: an empty page. */
  initial_url?: string;
  /** The caller's tags; Perdure's mark is added to them. */
  tags?: string[];
  /** Video of the session. Default at Anchor: `active: true`. */
  recording?: { active?: boolean };
  proxy?: AnchorProxy | CustomProxy;
  /**
   * Minutes: of the whole session (default at Anchor 20), and without a connection to it (5); -1 disables one. A session
   * that Perdure opens lasts at least as long as the run may.
   */
  timeout?: { max_duration?: number; idle_timeout?: number };
  /** Default at Anchor: neither. A `one_time_url` ends with its first viewer. */
  live_view?: { read_only?: boolean; one_time_url?: boolean };
}

/** The body of the session that Perdure opens for a run. */
export interface AnchorSession extends AnchorSessionConfig {
  /** Anchor's `browser` object (profile, captcha_solver, viewport, …), sent as it is. */
  browser?: JsonObject;
  /** Anchor's integrations, such as 1Password, sent as they are. */
  integrations?: Json[];
  /** Identities at Anchor that the browser is signed in as. */
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
/** Who the models are of that the published document names. */
export const anchorModelProviders = ['openai', 'gemini', 'groq', 'azure', 'xai'] as const;

interface AgentOptions {
  /** What the agent is to do, in words. */
  prompt: string;
  /** Default at Anchor: `browser-use`. */
  agent?: (typeof anchorAgents)[number];
  /** One of the provider's models, by Anchor's name. */
  model?: string;
  /** Has the agent told what can be clicked. */
  detect_elements?: boolean;
  /** Shows what it is about to use, for whoever watches. */
  highlight_elements?: boolean;
  /** Whether the agent may ask a person. Default: it may not. */
  human_intervention?: boolean;
  /** Default at Anchor: 200. */
  max_steps?: number;
  /** Values that the agent gets as environment variables; the prompt names the variables. */
  secret_values?: Record<string, SecretRef>;
  /** JSON Schema of the result; filled in from `result` where that is given. */
  output_schema?: JsonObject;
}

/** `POST /v1/tools/perform-web-task`; always sent with `async: true`. */
export interface WebTaskInput extends AgentOptions, AnchorAdditions {
  /** A session of the caller's, which Perdure never ends. */
  sessionId?: string;
  /** Where it begins. Default: the session's current page. */
  url?: string;
  /** Who the model is of. */
  provider?: (typeof anchorModelProviders)[number];
  /** Always sent; `false` is refused, since the answer would be lost with its connection. */
  async?: true;
}

/** `POST /v1/sessions/{session_id}/agent/run`, which answers only when the agent has finished. */
export interface SessionAgentInput extends AgentOptions, AnchorAdditions {
  /** A running session of the caller's; without it Perdure opens one. */
  session_id?: string;
  /** Who the model is of; the document names none. */
  provider?: string;
}

/** `POST /v2/tasks/{taskId}/run`. */
export interface TaskInput extends AnchorAdditions {
  /** Of a task that was made at Anchor before. */
  taskId: string;
  /** The task's inputs by name; all texts. */
  input_params: Record<string, string | SecretRef>;
  /** The identity at Anchor that it runs as. */
  identity_id?: string;
  /** A session of the caller's, which Perdure never ends. */
  session_id?: string;
  /** Whether Anchor ends its own session afterwards. Default at Anchor true; with any other session false is sent. */
  cleanup_sessions?: boolean;
  /** Task version, newer than the published document. */
  version?: string;
  /** Newer than the published document. */
  identity_skip_validation?: boolean;
}

/** `POST /v1/task/run/{taskName}` (legacy); always sent with `async: true`. */
export interface NamedTaskInput extends AnchorAdditions {
  /** Letters, digits, `_` and `-`. */
  taskName: string;
  /** A session of the caller's (a UUID), which Perdure never ends. */
  sessionId?: string;
  /** Always sent; `false` is refused. */
  async?: true;
  /** Becomes the configuration of the session that Perdure opens. */
  overrideBrowserConfiguration?: AnchorSessionConfig;
  /** Names start with `ANCHOR_`. */
  inputs?: Record<string, string | SecretRef>;
  /** Whether Anchor ends its own session afterwards. Default at Anchor true; with any other session false is sent. */
  cleanupSessions?: boolean;
}
