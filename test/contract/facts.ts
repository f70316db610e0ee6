import { readFileSync } from 'node:fs';
import { type EndpointName, endpointNames } from '../../src/core/endpoints.js';
import type { Json } from '../../src/core/json.js';

/**
 * One place in a body. Paths: `a.b`, `list[]`, `map.*`, and `proxy<Title>.x` for a field of one of several forms;
 * the empty path is the whole body.
 */
export interface Row {
  path: string;
  type: string;
  required: boolean;
  enum?: Json[];
  default?: Json;
  format?: string;
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  /** Whether an object may have fields without a row; absent where the document says nothing. */
  additional?: boolean;
  /** Patterns that the document gives for the names of a map. */
  names?: string[];
}

/** A parameter in the path or the query. */
export interface Parameter extends Row {
  in: string;
}

/** The facts of one published start document. */
export interface Operation {
  method: string;
  path: string;
  server: string;
  security: { in: string; name: string };
  parameters: Parameter[];
  request: Row[];
  /** By HTTP status. */
  responses: Record<string, Row[]>;
}

/** The published start document of each endpoint. */
export const documents: Readonly<Record<EndpointName, string>> = {
  'anchor.webTask': 'anchor-perform-web-task.openapi.yaml',
  'anchor.sessionAgent': 'anchor-session-agent-run.openapi.yaml',
  'anchor.task': 'anchor-v2-task-run.openapi.yaml',
  'anchor.namedTask': 'anchor-legacy-task-run-by-name.openapi.yaml',
  'browserbase.agentRun': 'browserbase-agents-runs.openapi.yaml',
};

/** The committed facts of an endpoint. */
export function factsOf(endpoint: EndpointName): Operation {
  const file = new URL(`tables/${endpoint}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as Operation;
}

/** All committed facts. */
export const facts: ReadonlyMap<EndpointName, Operation> = new Map(
  endpointNames.map((endpoint) => [endpoint, factsOf(endpoint)]),
);

/** A parameter or a body field: everything that a caller may give. */
export function inputRows(operation: Operation): Row[] {
  return [...operation.parameters, ...operation.request.filter(({ path }) => path !== '')];
}
