import type { z } from 'zod';
import { hashInput, newRunInput, type StartContext } from '../client/run-input.js';
import { PerdureError } from '../core/errors.js';
import type { JsonObject } from '../core/json.js';
import type { PreparedRun, PrepareTask } from '../core/step.js';

/** Schemas by the names that workflows use. */
export type NamedSchemas = Readonly<Record<string, z.ZodType | JsonObject>>;

/** Makes the check of a workflow's step: its fields, and the schema that it names. */
export function prepareRun(schemas: NamedSchemas, context: StartContext): (task: PrepareTask) => PreparedRun {
  return ({ result, ...task }) => {
    const wanted = isNamed(result) ? findSchema(schemas, result.schemaName) : result;
    const input = newRunInput({ ...task, ...(wanted && { result: wanted }) }, context);
    return { input, hash: hashInput(input) };
  };
}

function isNamed(result: PrepareTask['result']): result is { schemaName: string } {
  return typeof result?.schemaName === 'string';
}

/** The schema of a name. Throws `schema-unknown`. */
export function findSchema(schemas: NamedSchemas, name: string): z.ZodType | JsonObject {
  const schema = Object.hasOwn(schemas, name) ? schemas[name] : undefined;
  if (schema) return schema;
  const known = Object.keys(schemas);
  throw new PerdureError({
    code: 'schema-unknown',
    message: `The worker has no schema '${name}'${known.length ? `; it has ${known.join(', ')}` : ''}.`,
    hint: `Give it to the worker: new PerdurePlugin({ schemas: { ${name} } }).`,
  });
}
