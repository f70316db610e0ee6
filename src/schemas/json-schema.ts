import { Ajv2020 } from 'ajv/dist/2020.js';
import * as formats from 'ajv-formats';
import { z } from 'zod';
import type { JsonObject } from '../core/json.js';
import { isPlainObject, jsonObject } from './json.js';
import { formatBytes, jsonBytes, mostSchemaBytes } from './limits.js';
import type { Rule } from './problem.js';

/** A schema that a result may be wanted by: zod, or JSON Schema (draft 2020-12). */
export type ResultSchema<T = unknown> = z.ZodType<T> | JsonObject;

const converted = new WeakMap<z.core.$ZodType, JsonObject>();
const compiled = new WeakSet<object>();

/** A zod schema or a JSON Schema object; comes out as JSON Schema that compiles. */
export const resultSchema = z.custom<ResultSchema>().transform((value: unknown, context): JsonObject => {
  const made = isZod(value) ? fromZod(value) : asJsonSchema(value);
  const fault = made.ok ? refuseSchema(made.schema) : made.fault;
  if (made.ok && !fault) return made.schema;
  context.addIssue({ code: 'custom', params: { ...fault } });
  return z.NEVER;
});

/** Why a JSON Schema object can't be checked against, or undefined when it can. */
export function refuseSchema(schema: JsonObject): Rule | undefined {
  if (compiled.has(schema)) return undefined;
  if (jsonBytes(schema) > mostSchemaBytes) return { expected: `a schema of at most ${formatBytes(mostSchemaBytes)}` };
  if (schema.$async !== undefined) return { expected: 'a schema without $async' };
  const ajv = compiler();
  if (typeof schema.$id === 'string' && ajv.getSchema(schema.$id))
    return { expected: 'a schema with an $id of its own' };
  try {
    ajv.compile(schema);
  } catch (error) {
    return {
      expected: `a JSON Schema that can be compiled (${messageOf(error)})`,
      hint: 'Perdure checks by draft 2020-12: leave $schema out or convert an older draft, and put what $ref names into $defs.',
    };
  } finally {
    ajv.removeSchema(schema);
  }
  compiled.add(schema);
  return undefined;
}

let shared: Ajv2020 | undefined;

/** One for all, since making one takes tens of milliseconds; it keeps no schema. */
function compiler(): Ajv2020 {
  if (!shared) {
    shared = new Ajv2020({ strict: false, logger: false, addUsedSchema: false });
    formats.default.default(shared);
  }
  return shared;
}

type Made = { ok: true; schema: JsonObject } | { ok: false; fault: Rule };

/** By its marker, since the caller's zod may be another copy. */
function isZod(value: unknown): value is z.core.$ZodType {
  return typeof value === 'object' && value !== null && '_zod' in value;
}

function asJsonSchema(value: unknown): Made {
  const expected = 'a zod schema or a JSON Schema object';
  if (isPlainObject(value)) {
    const parsed = jsonObject.safeParse(value);
    return parsed.success ? { ok: true, schema: parsed.data } : { ok: false, fault: { expected } };
  }
  const isOldZod = typeof value === 'object' && value !== null && '_def' in value;
  return { ok: false, fault: { expected, hint: isOldZod ? 'The schema is of zod 3: import zod 4.' : undefined } };
}

/** Plain `z.object` ignores fields that it does not name, so the JSON Schema may not forbid them. */
function fromZod(schema: z.core.$ZodType): Made {
  const known = converted.get(schema);
  if (known) return { ok: true, schema: known };
  try {
    const { $schema: _, ...rest } = z.toJSONSchema(schema, {
      override: ({ zodSchema, jsonSchema }) => {
        const { def } = zodSchema._zod;
        if (def.type === 'object' && def.catchall === undefined) delete jsonSchema.additionalProperties;
      },
    });
    // Only its own additions are not JSON: '~standard' is a function's home.
    const plain = jsonObject.parse(JSON.parse(JSON.stringify(rest)));
    converted.set(schema, plain);
    return { ok: true, schema: plain };
  } catch (error) {
    return {
      ok: false,
      fault: {
        expected: `a zod schema that JSON Schema can say (${messageOf(error)})`,
        hint: 'A result is JSON: use z.iso.datetime() in place of z.date(), and transform the result after it came.',
      },
    };
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message.slice(0, 200) : 'unknown reason';
}
