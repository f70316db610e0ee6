import type { AgentSpec } from '../core/builders.js';
import type { EndpointName } from '../core/endpoints.js';
import { PerdureError } from '../core/errors.js';
import type { Json, JsonObject } from '../core/json.js';
import { type AgentFlags, agentOf } from './agent-flags.js';
import { isJsonObject } from './json-file.js';

/** What the agents of a batch's lines are made of. */
export interface Template extends AgentFlags {
  /** Default: what a line's own field `endpoint` says. */
  endpoint?: EndpointName;
  body?: JsonObject;
  /** The field of a line that names it, which the provider is not given. */
  keyField?: string;
}

const placeholder = /\{\{\s*([^{}\s]+)\s*\}\}/g;

/**
 * Makes the agent of a line: of the template, with each `{{field}}` in it replaced, or where there is none, of the line
 * itself. Throws `bad-input`.
 */
export function agentFrom(template: Template): (line: Json) => AgentSpec {
  const { endpoint, body, keyField, ...flags } = template;
  const isTemplate = body !== undefined || Object.values(flags).some((flag) => flag !== undefined);
  return (line) => {
    if (!isJsonObject(line)) throw bad('the line is not an object.');
    const { endpoint: named, key: _, ...rest } = line;
    const place = endpoint ?? (typeof named === 'string' ? (named as EndpointName) : undefined);
    if (place === undefined) throw bad("there is no --endpoint, and the line has no field 'endpoint'.");
    if (!isTemplate) {
      const fields = Object.entries(endpoint === undefined ? rest : line);
      const input = Object.fromEntries(fields.filter(([name]) => name !== 'key' && name !== keyField));
      return agentOf(place, input, {});
    }
    return agentOf(place, filled(body ?? {}, line) as JsonObject, filled({ ...flags }, line) as AgentFlags);
  };
}

/** Names a line by one of its fields. */
export function keyFrom(field: string): (line: Json) => string {
  return (line) => {
    const key = isJsonObject(line) ? line[field] : undefined;
    if (typeof key === 'string' || typeof key === 'number') return String(key);
    throw bad(`the line has no field '${field}' that could name it.`);
  };
}

function filled(value: unknown, line: JsonObject): unknown {
  if (typeof value === 'string') return fill(value, line);
  if (Array.isArray(value)) return value.map((each) => filled(each, line));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, filled(each, line)]));
}

/** A text that is nothing but a placeholder becomes what stands in the field, whatever that is. */
function fill(text: string, line: JsonObject): Json {
  const [whole] = text.matchAll(placeholder);
  if (whole?.[0] === text) return fieldOf(line, whole[1] ?? '');
  return text.replace(placeholder, (_, name: string) => {
    const value = fieldOf(line, name);
    return typeof value === 'string' ? value : JSON.stringify(value);
  });
}

function fieldOf(line: JsonObject, name: string): Json {
  const value = Object.hasOwn(line, name) ? line[name] : undefined;
  if (value !== undefined) return value;
  throw bad(`the line has no field '${name}', which the template names. It has ${Object.keys(line).join(', ')}.`);
}

function bad(message: string): PerdureError {
  return new PerdureError({ code: 'bad-input', message });
}
