import type { AgentSpec } from '../../src/core/builders.js';
import type { EndpointName } from '../../src/core/endpoints.js';
import type { Json, JsonObject } from '../../src/core/json.js';
import { isSecretRef, secret } from '../../src/core/secret.js';
import { agent } from '../../src/schemas/agent.js';
import { parse } from '../../src/schemas/parse.js';
import { secretName, secretValue } from './generate.js';

/** What has to be found in the requests that a sample causes. */
export interface Sent {
  /** Path and query parameters by name. */
  parameters: JsonObject;
  /** Fields of the start's body. */
  body: JsonObject;
  /** Fields of the body of the session that is opened for the run. */
  session?: JsonObject;
}

/** One agent to be started, and what its provider has to get. */
export interface Sample {
  name: string;
  agent: AgentSpec;
  sent: Sent;
  /** A provider that keeps to its published document refuses the start with 400. */
  beyondDocument?: boolean;
}

/** An input with references in the places of secrets. */
export function toInput(fields: object): JsonObject {
  return swapped(fields, (value) => (value === secretValue ? { ...secret(secretName) } : undefined)) as JsonObject;
}

/** The same with secrets in the places of references. */
export function toWire(fields: object): JsonObject {
  return swapped(fields, (value) => (isSecretRef(value) ? secretValue : undefined)) as JsonObject;
}

/** An agent of the input, checked. */
export function agentOf(endpoint: EndpointName, input: object): AgentSpec {
  return parse(agent, { endpoint, input }, `the sample of ${endpoint}`);
}

function swapped(value: unknown, swap: (value: unknown) => Json | undefined): Json {
  const other = swap(value);
  if (other !== undefined) return other;
  if (Array.isArray(value)) return value.map((inner) => swapped(inner, swap));
  if (typeof value !== 'object' || value === null) return value as Json;
  const fields = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return Object.fromEntries(fields.map(([name, inner]) => [name, swapped(inner, swap)]));
}
