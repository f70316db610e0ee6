import type { AgentSpec } from '../core/builders.js';
import type { EndpointName } from '../core/endpoints.js';
import { PerdureError } from '../core/errors.js';
import type { Json, JsonObject } from '../core/json.js';
import { pairs } from './pairs.js';

/** The options of `perdure run` that stand for a field of the endpoint's input. */
export interface AgentFlags {
  prompt?: string;
  url?: string;
  task?: string;
  taskId?: string;
  taskName?: string;
  input?: string[];
  sessionId?: string;
}

type Fields = Partial<Record<keyof AgentFlags, string>>;

/** The field of each endpoint's input that an option stands for. */
const fields: Record<EndpointName, Fields> = {
  'anchor.webTask': { prompt: 'prompt', url: 'url', sessionId: 'sessionId' },
  'anchor.sessionAgent': { prompt: 'prompt', sessionId: 'session_id' },
  'anchor.task': { taskId: 'taskId', input: 'input_params', sessionId: 'session_id' },
  'anchor.namedTask': { taskName: 'taskName', input: 'inputs', sessionId: 'sessionId' },
  'browserbase.agentRun': { task: 'task' },
};

const optionNames: Record<keyof AgentFlags, string> = {
  prompt: '--prompt',
  url: '--url',
  task: '--task',
  taskId: '--task-id',
  taskName: '--task-name',
  input: '--input',
  sessionId: '--session-id',
};

const flagNames = Object.keys(optionNames) as (keyof AgentFlags)[];

/**
 * The agent that a body and the options on top of it describe; its fields are checked when it is started.
 * @throws PerdureError `bad-input` for an option that the endpoint has no field for.
 */
export function agentOf(endpoint: EndpointName, body: JsonObject, flags: AgentFlags): AgentSpec {
  const input: JsonObject = { ...body };
  for (const name of flagNames) {
    const value = flags[name];
    if (value === undefined) continue;
    const field = fields[endpoint][name];
    if (field === undefined) throw notItsOption(endpoint, name);
    input[field] = typeof value === 'string' ? value : { ...objectOf(input[field]), ...pairs(value, '--input') };
  }
  // An anchor.task without inputs has none.
  if (endpoint === 'anchor.task') input.input_params ??= {};
  return { endpoint, input } as unknown as AgentSpec;
}

function objectOf(value: Json | undefined): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
}

function notItsOption(endpoint: EndpointName, name: keyof AgentFlags): PerdureError {
  const own = flagNames.filter((flag) => flag in fields[endpoint]).map((flag) => optionNames[flag]);
  return new PerdureError({
    code: 'bad-input',
    message: `${endpoint} does not take ${optionNames[name]}.`,
    hint: `It takes ${own.join(', ')}; every field can be given by --body.`,
  });
}
