import type { z } from 'zod';
import { hashInput, newRunInput, type StartContext } from '../client/run-input.js';
import { PerdureError } from '../core/errors.js';
import type { JsonObject } from '../core/json.js';
import { costOf, type Prices } from '../core/prices.js';
import type { PreparedRun, PrepareTask } from '../core/step.js';
import { amounts } from '../schemas/budget.js';
import { parse } from '../schemas/parse.js';

/** Schemas by the names that workflows use. */
export type NamedSchemas = Readonly<Record<string, z.ZodType | JsonObject>>;

/** What steps are checked by. */
export interface StepContext extends StartContext {
  prices?: Prices;
}

/** Makes the check of a workflow's step: its fields, the schema that it names, and what it may cost. */
export function prepareRun(schemas: NamedSchemas, context: StepContext): (task: PrepareTask) => PreparedRun {
  return ({ result, budgeted, reserve, ...task }) => {
    const wanted = isNamed(result) ? findSchema(schemas, result.schemaName) : result;
    const input = newRunInput({ ...task, ...(wanted && { result: wanted }) }, context);
    const reserved = reserve && parse(amounts, reserve, `what the step ${task.key} reserves`);
    const cost = budgeted && costOf({ ...input, prices: context.prices ?? {} }, reserved);
    return { input, hash: hashInput(input), ...(cost && { cost }) };
  };
}

/** Whether a schema is named rather than given. */
export function isNamed(given: PrepareTask['result']): given is { schemaName: string } {
  return typeof given?.schemaName === 'string';
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
