/** What a request's body must look like: the part of JSON Schema that the published documents use. */
export interface Shape {
  readonly type?: 'object' | 'array' | 'string' | 'integer' | 'boolean';
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Shape>>;
  /** Whether other properties than those named are refused. */
  readonly closed?: boolean;
  /** The shape of each property that is not named. */
  readonly values?: Shape;
  /** What the names of all properties must match. */
  readonly names?: RegExp;
  readonly items?: Shape;
  readonly enum?: readonly string[];
  readonly minLength?: number;
  readonly format?: 'uuid' | 'uri';
  readonly anyOf?: readonly Shape[];
  /** A rule between properties; gives what is wrong. */
  readonly rule?: (value: Readonly<Record<string, unknown>>) => string | undefined;
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** The first thing that is wrong with a value, with its path; undefined when it has the shape. */
export function misfit(value: unknown, shape: Shape, path = 'body'): string | undefined {
  if (shape.anyOf) {
    const found = shape.anyOf.map((each) => misfit(value, each, path));
    return found.includes(undefined) ? undefined : found[0];
  }
  if (shape.type !== undefined && !hasType(value, shape.type)) return `${path} must be ${nameOf(shape.type)}`;
  if (typeof value === 'string') return textMisfit(value, shape, path);
  if (Array.isArray(value))
    return firstOf(value.map((item, index) => misfit(item, shape.items ?? {}, `${path}[${index}]`)));
  if (typeof value === 'object' && value !== null) return objectMisfit(value as Record<string, unknown>, shape, path);
  return undefined;
}

function hasType(value: unknown, type: NonNullable<Shape['type']>): boolean {
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value);
  if (type === 'array') return Array.isArray(value);
  return type === 'integer' ? Number.isInteger(value) : typeof value === type;
}

const nameOf = (type: string): string => (/^[aio]/.test(type) ? `an ${type}` : `a ${type}`);

const firstOf = (misfits: readonly (string | undefined)[]): string | undefined =>
  misfits.find((each) => each !== undefined);

function textMisfit(value: string, shape: Shape, path: string): string | undefined {
  if (shape.enum && !shape.enum.includes(value)) return `${path} must be one of ${shape.enum.slice(0, 12).join(', ')}`;
  if (value.length < (shape.minLength ?? 0)) return `${path} must have at least ${shape.minLength} characters`;
  if (shape.format === 'uuid' && !uuid.test(value)) return `${path} must be a UUID`;
  if (shape.format === 'uri' && !URL.canParse(value)) return `${path} must be a URI`;
  return undefined;
}

function objectMisfit(value: Record<string, unknown>, shape: Shape, path: string): string | undefined {
  const missing = shape.required?.find((name) => value[name] === undefined);
  if (missing !== undefined) return `${path}.${missing} is required`;
  const properties = shape.properties ?? {};
  for (const [name, item] of Object.entries(value)) {
    const named = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (!named && shape.closed) return `${path}.${name} is not allowed`;
    if (shape.names && !shape.names.test(name)) return `${path}.${name} is not an allowed name`;
    const wrong = misfit(item, named ?? shape.values ?? {}, `${path}.${name}`);
    if (wrong !== undefined) return wrong;
  }
  const broken = shape.rule?.(value);
  return broken === undefined ? undefined : `${path}: ${broken}`;
}
