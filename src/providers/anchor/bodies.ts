import { z } from 'zod';

const texts = z.record(z.string(), z.string());
const object = z.record(z.string(), z.unknown());

const agentTask = {
  prompt: z.string().min(1),
  agent: z.string().optional(),
  provider: z.string().optional(),
  model: z.string().optional(),
  detect_elements: z.boolean().optional(),
  highlight_elements: z.boolean().optional(),
  human_intervention: z.boolean().optional(),
  max_steps: z.number().optional(),
  secret_values: texts.optional(),
  output_schema: object.optional(),
};

const proxy = z.looseObject({
  active: z.boolean(),
  username: z.string().optional(),
  password: z.string().optional(),
});

const sessionConfig = z.looseObject({
  initial_url: z.string().optional(),
  tags: z.array(z.string()).optional(),
  recording: z.looseObject({ active: z.boolean().optional() }).optional(),
  proxy: proxy.optional(),
  timeout: z.looseObject({ max_duration: z.number().optional(), idle_timeout: z.number().optional() }).optional(),
  live_view: z.looseObject({ read_only: z.boolean().optional(), one_time_url: z.boolean().optional() }).optional(),
});

/** Bodies that are sent to Anchor; open, since callers may add fields that Perdure does not know. */
export const webTaskBody = z.looseObject({ ...agentTask, url: z.string().optional(), async: z.literal(true) });

export const agentRunBody = z.looseObject(agentTask);

export const taskBody = z.looseObject({
  input_params: texts,
  identity_id: z.string().optional(),
  session_id: z.string().optional(),
  cleanup_sessions: z.boolean().optional(),
});

export const namedTaskBody = z.looseObject({
  sessionId: z.string().optional(),
  async: z.literal(true),
  overrideBrowserConfiguration: sessionConfig.optional(),
  inputs: texts.optional(),
  cleanupSessions: z.boolean().optional(),
});

export const sessionBody = z.looseObject({
  session: sessionConfig,
  browser: object.optional(),
  integrations: z.array(z.unknown()).optional(),
  identities: z.array(z.looseObject({ id: z.string() })).optional(),
});

export const respondBody = z.object({ requestId: z.string(), response: z.unknown() });

/** What `POST /v1/tools/perform-web-task` is sent; fields that Perdure does not know are passed on. */
export type WebTaskBody = z.infer<typeof webTaskBody>;
/** What `POST /v1/sessions/{session_id}/agent/run` is sent. */
export type AgentRunBody = z.infer<typeof agentRunBody>;
/** What `POST /v2/tasks/{taskId}/run` is sent. */
export type TaskBody = z.infer<typeof taskBody>;
/** What `POST /v1/task/run/{taskName}` is sent. */
export type NamedTaskBody = z.infer<typeof namedTaskBody>;
/** What `POST /v1/sessions` is sent; its time-outs are minutes. */
export type SessionBody = z.infer<typeof sessionBody>;
