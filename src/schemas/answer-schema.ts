import { z } from 'zod';
import { PerdureError } from '../core/errors.js';
import type { Json, JsonObject } from '../core/json.js';
import type { AnswerForm, QuestionField } from '../core/question.js';
import { isPlainObject } from './json.js';

/** Where a part of an answer's schema stands, for whoever reads why it can't be asked. */
interface Place {
  schema: string;
  field: string;
}

/**
 * The form that asks for an answer of this schema: zod, or JSON Schema.
 * @throws PerdureError `bad-input` for what no form of one page can ask: anything nested, and what can't be checked.
 */
export function formOfSchema(name: string, schema: z.ZodType | JsonObject): AnswerForm {
  const { type, properties, required = [] } = jsonSchemaOf(name, schema);
  if (type !== 'object' || !isPlainObject(properties)) throw unfit(name, 'it is no object of fields');
  const names = Array.isArray(required) ? required : [];
  const fields = Object.entries(properties).map(([field, given]) => {
    const place = { schema: name, field };
    if (!isPlainObject(given)) throw unaskable(place, 'its schema is no object');
    const isRequired = names.includes(field);
    return fieldOf(place, given, isRequired);
  });
  if (fields.length === 0) throw unfit(name, 'it has no fields');
  return { kind: 'fields', fields };
}

function jsonSchemaOf(name: string, schema: z.ZodType | JsonObject): JsonObject {
  if (!('_zod' in schema)) return schema;
  try {
    return JSON.parse(JSON.stringify(z.toJSONSchema(schema as z.ZodType, { io: 'input' }))) as JsonObject;
  } catch (error) {
    throw unfit(name, `JSON Schema can't say it: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function fieldOf(place: Place, schema: JsonObject, required: boolean): QuestionField {
  const { title, description, default: preset } = schema;
  return {
    name: place.field,
    label: typeof title === 'string' ? title : place.field,
    ...(typeof description === 'string' && { description }),
    required,
    ...(preset !== undefined && { defaultValue: presetOf(place, preset) }),
    ...kindOf(place, schema),
  };
}

type Kind = Pick<QuestionField, 'type' | 'options' | 'integer' | 'min' | 'max' | 'pattern'>;

function kindOf(place: Place, schema: JsonObject): Kind {
  const options = optionsOf(schema);
  if (options) return { type: 'text', options };
  switch (schema.type) {
    case 'boolean':
      return { type: 'boolean' };
    case 'number':
    case 'integer':
      return numberOf(place, schema);
    case 'string':
      return textOf(place, schema);
    default:
      throw unaskable(place, 'it is no text, number, boolean or choice of texts');
  }
}

/** The texts that a field may have, where it has a list of them. */
function optionsOf({ enum: listed, const: only, anyOf }: JsonObject): string[] | undefined {
  const given = listed ?? (only === undefined ? undefined : [only]) ?? constantsOf(anyOf);
  if (!Array.isArray(given) || given.length === 0) return undefined;
  return given.every((value) => typeof value === 'string') ? given : undefined;
}

function constantsOf(anyOf: Json | undefined): Json[] | undefined {
  if (!Array.isArray(anyOf)) return undefined;
  return anyOf.map((branch) => (isPlainObject(branch) ? (branch.const ?? null) : null));
}

function numberOf(place: Place, schema: JsonObject): Kind {
  const { type, minimum, maximum, exclusiveMinimum: above, exclusiveMaximum: below, multipleOf } = schema;
  const integer = type === 'integer';
  if (multipleOf !== undefined) throw unaskable(place, 'multiples are not checked');
  if (!integer && (above !== undefined || below !== undefined)) {
    throw unaskable(place, 'of a number that need not be whole, only minimum and maximum are checked');
  }
  const min = typeof above === 'number' ? above + 1 : minimum;
  const max = typeof below === 'number' ? below - 1 : maximum;
  return {
    type: 'number',
    ...(integer && { integer }),
    // What zod adds to every whole number is no bound of the author's.
    ...(typeof min === 'number' && min > Number.MIN_SAFE_INTEGER && { min }),
    ...(typeof max === 'number' && max < Number.MAX_SAFE_INTEGER && { max }),
  };
}

function textOf(place: Place, schema: JsonObject): Kind {
  const { format, minLength: min, maxLength: max, pattern } = schema;
  if (format === 'password') {
    throw unaskable(place, "a password would be stored in Temporal: only an agent's own question may ask for one");
  }
  const lengths = { ...(typeof min === 'number' && { min }), ...(typeof max === 'number' && { max }) };
  if (format === 'email') return { type: 'email', ...lengths };
  if (format === 'uri' || format === 'url') return { type: 'url', ...lengths };
  if (typeof pattern === 'string') return { type: 'text', ...lengths, pattern: compiled(place, pattern) };
  if (format !== undefined) throw unaskable(place, `the format '${String(format)}' is not checked without a pattern`);
  return { type: 'text', ...lengths };
}

function compiled(place: Place, pattern: string): string {
  try {
    return new RegExp(pattern, 'u').source;
  } catch {
    throw unaskable(place, `its pattern can't be read: ${pattern}`);
  }
}

function presetOf(place: Place, preset: Json): string {
  if (typeof preset === 'object') throw unaskable(place, 'its default is no text, number or boolean');
  return String(preset);
}

function unaskable({ schema, field }: Place, why: string): PerdureError {
  return unfit(schema, `its field '${field}' can't be asked: ${why}`);
}

function unfit(schema: string, why: string): PerdureError {
  return new PerdureError({
    code: 'bad-input',
    message: `The schema '${schema}' makes no form for a person: ${why}.`,
    hint: 'An answer is a flat object of texts, numbers, booleans and choices of texts.',
  });
}
