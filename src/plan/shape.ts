import type { Json, JsonObject } from '../core/json.js';
import { isPlainObject } from '../schemas/json.js';

/** What is known of a value before there is one: nothing, a JSON Schema of it, or that it is a list. */
export type Shape =
  | { kind: 'unknown' }
  | { kind: 'schema'; schema: unknown; root: unknown }
  | { kind: 'list'; of: Shape };

export const unknownShape: Shape = { kind: 'unknown' };

/** What a step into a value finds. */
export type Found = { ok: true; shape: Shape } | { ok: false; is: string; names: string[] };

const mostReferences = 20;

/** The shape that a JSON Schema describes. */
export function shapeOf(schema: unknown): Shape {
  return isPlainObject(schema) ? { kind: 'schema', schema, root: schema } : unknownShape;
}

/** The kinds that a value of this shape may have (`integer` is a number), or undefined where any may. */
export function kindsOf(shape: Shape): string[] | undefined {
  if (shape.kind === 'list') return ['array'];
  const schema = deref(shape);
  if (!schema || isOpen(schema)) return undefined;
  const { type } = schema;
  if (Array.isArray(type)) return type.map((each) => plainKind(String(each)));
  if (typeof type === 'string') return [plainKind(type)];
  if ('const' in schema) return [kindOfValue(schema.const)];
  if (Array.isArray(schema.enum)) return [...new Set(schema.enum.map(kindOfValue))];
  if (schema.properties !== undefined) return ['object'];
  return schema.items === undefined ? undefined : ['array'];
}

/** Goes one step into a value. */
export function stepInto(shape: Shape, step: string | number): Found {
  if (shape.kind === 'list') return typeof step === 'number' ? found(shape.of) : { ok: false, is: 'a list', names: [] };
  const schema = deref(shape);
  if (!schema || isOpen(schema) || shape.kind === 'unknown') return found(unknownShape);
  const kinds = kindsOf(shape);
  if (kinds && !kinds.includes(typeof step === 'number' ? 'array' : 'object')) {
    return { ok: false, is: kinds.map(nameOfKind).join(' or '), names: [] };
  }
  if (typeof step === 'number') return found({ ...shape, schema: itemSchema(schema, step) });
  const properties = isPlainObject(schema.properties) ? schema.properties : {};
  if (Object.hasOwn(properties, step)) return found({ ...shape, schema: properties[step] });
  const { additionalProperties: others, patternProperties } = schema;
  if (isPlainObject(others)) return found({ ...shape, schema: others });
  const names = Object.keys(properties);
  if (others === true || patternProperties !== undefined || (names.length === 0 && others === undefined))
    return found(unknownShape);
  return { ok: false, is: 'an object', names };
}

/** The shape of the items of a list. */
export function itemsOf(shape: Shape): Shape {
  const items = stepInto(shape, 0);
  return items.ok ? items.shape : unknownShape;
}

/** A value of this shape, or undefined where nothing is known of it. */
export function sampleOf(shape: Shape, depth = 0): Json | undefined {
  if (shape.kind === 'list') {
    const item = sampleOf(shape.of, depth + 1);
    return item === undefined ? undefined : [item];
  }
  const schema = deref(shape);
  if (!schema || isOpen(schema) || depth > 10) return undefined;
  if ('const' in schema) return schema.const as Json;
  if (Array.isArray(schema.enum)) return schema.enum[0] as Json;
  const kind = kindsOf(shape)?.find((each) => each !== 'null') ?? 'null';
  const of = (inner: unknown) =>
    sampleOf({ kind: 'schema', schema: inner, root: shape.kind === 'schema' ? shape.root : {} }, depth + 1) ?? null;
  switch (kind) {
    case 'string':
      return sampleText(schema);
    case 'number':
      return typeof schema.minimum === 'number' ? schema.minimum : 1;
    case 'boolean':
      return true;
    case 'array':
      return [of(itemSchema(schema, 0))];
    case 'object':
      return sampleObject(schema, of);
    default:
      return null;
  }
}

/** A kind of JSON Schema's, in words. */
export function nameOfKind(kind: string): string {
  const names: Record<string, string> = {
    string: 'a text',
    number: 'a number',
    boolean: 'true or false',
    array: 'a list',
    object: 'an object',
    null: 'null',
  };
  return names[kind] ?? kind;
}

function found(shape: Shape): Found {
  return { ok: true, shape };
}

function sampleText({ format, minLength }: Record<string, unknown>): string {
  const text = format === 'uri' || format === 'url' ? 'https://example.com' : 'sample';
  return typeof minLength === 'number' ? text.padEnd(Math.min(minLength, 10_000), 'x') : text;
}

function sampleObject(schema: Record<string, unknown>, of: (inner: unknown) => Json): JsonObject {
  const properties = isPlainObject(schema.properties) ? schema.properties : {};
  const required = Array.isArray(schema.required) ? schema.required.map(String) : [];
  const wanted = Object.keys(properties).filter((name) => required.includes(name));
  return Object.fromEntries(wanted.map((name) => [name, of(properties[name])]));
}

function itemSchema({ prefixItems, items }: Record<string, unknown>, index: number): unknown {
  return (Array.isArray(prefixItems) ? (prefixItems as unknown[])[index] : undefined) ?? items;
}

/** Whether a schema says by alternatives or conditions what a value is, which is not followed. */
function isOpen(schema: Record<string, unknown>): boolean {
  return ['anyOf', 'oneOf', 'allOf', 'if', 'not', '$dynamicRef', '$recursiveRef'].some(
    (name) => schema[name] !== undefined,
  );
}

function deref(shape: Shape): Record<string, unknown> | undefined {
  if (shape.kind !== 'schema') return undefined;
  let { schema } = shape;
  for (let hops = 0; hops < mostReferences && isPlainObject(schema) && typeof schema.$ref === 'string'; hops += 1) {
    schema = pointed(shape.root, schema.$ref);
  }
  return isPlainObject(schema) && schema.$ref === undefined ? schema : undefined;
}

function pointed(root: unknown, pointer: string): unknown {
  if (!pointer.startsWith('#')) return undefined;
  let value = root;
  for (const step of pointer.split('/').slice(1)) {
    if (!isPlainObject(value)) return undefined;
    const name = step.replaceAll('~1', '/').replaceAll('~0', '~');
    value = Object.hasOwn(value, name) ? value[name] : undefined;
  }
  return value;
}

function plainKind(kind: string): string {
  return kind === 'integer' ? 'number' : kind;
}

function kindOfValue(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value;
}
