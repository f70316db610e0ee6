import type { AgentSpec } from '../core/builders.js';
import { PerdureError } from '../core/errors.js';
import type { Json, JsonObject } from '../core/json.js';

/** The JSON Schema that an agent is asked to answer by, if its endpoint has a field for one and it is given. */
export function schemaOf(agent: AgentSpec): JsonObject | undefined {
  switch (agent.endpoint) {
    case 'anchor.webTask':
    case 'anchor.sessionAgent':
      return agent.input.output_schema;
    case 'browserbase.agentRun':
      return agent.input.resultSchema;
    case 'anchor.task':
    case 'anchor.namedTask':
      return undefined;
  }
}

/**
 * The agent with the schema of the wanted result in `output_schema` or `resultSchema`. Anchor's tasks have no such
 * field: they stay as they are, and the result is only checked.
 * @throws PerdureError `bad-input` when the agent has a schema that differs.
 */
export function withResultSchema(agent: AgentSpec, schema: JsonObject): AgentSpec {
  if (differs(agent, schema)) {
    throw new PerdureError({
      code: 'bad-input',
      message: `The result schema differs from the agent's own.`,
      hint: twoSchemas,
    });
  }
  switch (agent.endpoint) {
    case 'anchor.webTask':
      return { ...agent, input: { ...agent.input, output_schema: schema } };
    case 'anchor.sessionAgent':
      return { ...agent, input: { ...agent.input, output_schema: schema } };
    case 'browserbase.agentRun':
      return { ...agent, input: { ...agent.input, resultSchema: schema } };
    case 'anchor.task':
    case 'anchor.namedTask':
      return agent;
  }
}

/** What to do about a result schema that differs from the agent's. */
export const twoSchemas =
  "Give the schema once: as result, which fills the agent's field, or in the agent's field alone.";

/** Whether an agent has a schema of its own that says something else. */
export function differs(agent: AgentSpec, schema: JsonObject): boolean {
  const own = schemaOf(agent);
  return own !== undefined && canonical(own) !== canonical(schema);
}

/** The same text for schemas that say the same: whatever the order of fields and of required names, and without `$schema`. */
function canonical(schema: JsonObject): string {
  const { $schema: _, ...rest } = schema;
  return JSON.stringify(sorted(rest, undefined));
}

function sorted(value: Json, name: string | undefined): Json {
  if (Array.isArray(value)) {
    const items = value.map((item) => sorted(item, undefined));
    return name === 'required' && items.every((item) => typeof item === 'string') ? items.sort() : items;
  }
  if (typeof value !== 'object' || value === null) return value;
  const names = Object.keys(value).sort();
  return Object.fromEntries(names.map((inner) => [inner, sorted(value[inner] ?? null, inner)]));
}
