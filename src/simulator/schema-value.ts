type Schema = Readonly<Record<string, unknown>>;

const isSchema = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A small value that conforms to a JSON Schema, as far as its usual words go; the same schema always gives the same. */
export function minimalValue(schema: unknown): unknown {
  return isSchema(schema) ? valueOf(schema, schema, 0) : null;
}

function valueOf(schema: Schema, root: Schema, depth: number): unknown {
  if ('const' in schema) return schema['const'];
  if (Array.isArray(schema['enum'])) return schema['enum'][0];
  if ('default' in schema) return schema['default'];
  if (depth > 20) return null;
  const whole = flattened(schema, root, depth);
  switch (typeOf(whole)) {
    case 'object':
      return objectOf(whole, root, depth);
    case 'array':
      return arrayOf(whole, root, depth);
    case 'string':
      return textOf(whole);
    case 'integer':
    case 'number':
      return numberOf(whole);
    case 'boolean':
      return true;
    default:
      return null;
  }
}

/** The schema with what it refers to laid over it. */
function flattened(schema: Schema, root: Schema, depth: number): Schema {
  if (depth > 20) return schema;
  const ref = typeof schema['$ref'] === 'string' ? resolve(root, schema['$ref']) : undefined;
  const firstOf = (name: string): unknown => (Array.isArray(schema[name]) ? schema[name][0] : undefined);
  const parts = [ref, firstOf('oneOf'), firstOf('anyOf'), ...(Array.isArray(schema['allOf']) ? schema['allOf'] : [])];
  return parts
    .filter(isSchema)
    .reduce<Schema>((whole, part) => laidOver(whole, flattened(part, root, depth + 1)), schema);
}

function laidOver(whole: Schema, part: Schema): Schema {
  const both = (name: string) => ({ ...(part[name] as object | undefined), ...(whole[name] as object | undefined) });
  const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
  return {
    ...part,
    ...whole,
    properties: both('properties'),
    required: [...list(whole['required']), ...list(part['required'])],
  };
}

function resolve(root: Schema, ref: string): unknown {
  const steps = ref.replace(/^#\/?/, '').split('/').filter(Boolean);
  return steps.reduce<unknown>((at, step) => (isSchema(at) ? at[decodeURIComponent(step)] : undefined), root);
}

function typeOf(schema: Schema): string | undefined {
  const { type } = schema;
  if (Array.isArray(type)) return type.find((name) => name !== 'null') ?? 'null';
  if (typeof type === 'string') return type;
  const properties = schema['properties'];
  return isSchema(properties) && Object.keys(properties).length > 0 ? 'object' : undefined;
}

function objectOf(schema: Schema, root: Schema, depth: number): unknown {
  const properties = isSchema(schema['properties']) ? schema['properties'] : {};
  const required = Array.isArray(schema['required']) ? schema['required'] : [];
  const names = new Set<string>([...Object.keys(properties), ...required.map(String)]);
  return Object.fromEntries(
    [...names]
      .filter((name) => required.includes(name) || (depth < 4 && !('not' in (properties[name] as object))))
      .map((name) => [name, isSchema(properties[name]) ? valueOf(properties[name], root, depth + 1) : 'simulated']),
  );
}

function arrayOf(schema: Schema, root: Schema, depth: number): unknown {
  const length = Math.max(
    Number(schema['minItems'] ?? 0),
    'maxItems' in schema && Number(schema['maxItems']) === 0 ? 0 : 1,
  );
  const items = schema['items'] ?? {};
  if (!isSchema(items)) return [];
  return Array.from({ length }, () => (Object.keys(items).length ? valueOf(items, root, depth + 1) : 'simulated'));
}

const formats: Readonly<Record<string, string>> = {
  date: '2026-01-01',
  'date-time': '2026-01-01T00:00:00Z',
  time: '00:00:00Z',
  email: 'person@example.com',
  uri: 'https://example.com/',
  url: 'https://example.com/',
  hostname: 'example.com',
  ipv4: '192.0.2.1',
  uuid: '00000000-0000-4000-8000-000000000000',
};

function textOf(schema: Schema): string {
  const text = formats[String(schema['format'])] ?? 'simulated';
  const padded = text.padEnd(Number(schema['minLength'] ?? 0), '.');
  return padded.slice(0, Number(schema['maxLength'] ?? padded.length));
}

function numberOf(schema: Schema): number {
  const low = Number(
    schema['minimum'] ?? Number(schema['exclusiveMinimum'] ?? 0) + ('exclusiveMinimum' in schema ? 1 : 0),
  );
  const high = Number(schema['maximum'] ?? Number(schema['exclusiveMaximum'] ?? Infinity) - 1);
  const step = Number(schema['multipleOf'] ?? 1);
  const wanted = Math.min(Math.max(1, low), high);
  return Math.min(Math.ceil(wanted / step) * step, high);
}
