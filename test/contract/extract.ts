import { parse } from 'yaml';
import type { Json } from '../../src/core/json.js';
import type { Operation, Parameter, Row } from './facts.js';

/** What is read of a schema in an OpenAPI document. */
interface SchemaNode {
  $ref?: string;
  title?: string;
  type?: string;
  enum?: Json[];
  default?: Json;
  format?: string;
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  required?: string[];
  properties?: Record<string, SchemaNode>;
  patternProperties?: Record<string, SchemaNode>;
  additionalProperties?: boolean | SchemaNode;
  items?: SchemaNode;
  oneOf?: SchemaNode[];
}

interface Body {
  content: { 'application/json': { schema: SchemaNode } };
}

interface OperationNode {
  parameters?: { name: string; in: string; required?: boolean; schema: SchemaNode }[];
  requestBody: Body;
  responses: Record<string, Body>;
  security?: Record<string, unknown>[];
}

interface Document {
  servers: { url: string }[];
  security: Record<string, unknown>[];
  paths: Record<string, Record<string, OperationNode>>;
  components: { schemas: Record<string, SchemaNode>; securitySchemes: Record<string, { in: string; name: string }> };
}

/** The facts of a document that has one operation. */
export function extract(yaml: string): Operation {
  const document = parse(yaml) as Document;
  const [[path, methods]] = sole(Object.entries(document.paths));
  const [[method, operation]] = sole(Object.entries(methods));
  const [server] = sole(document.servers);
  const [requirement] = sole(operation.security ?? document.security);
  const [scheme] = sole(Object.keys(requirement));
  const { in: place, name } = document.components.securitySchemes[scheme] ?? missing(scheme);
  const rows = (body: Body) => rowsOf(document, body.content['application/json'].schema);
  return {
    method: method.toUpperCase(),
    path,
    server: server.url,
    security: { in: place, name },
    parameters: (operation.parameters ?? []).map((parameter): Parameter => {
      const [row] = sole(rowsOf(document, parameter.schema));
      return { ...row, path: parameter.name, required: parameter.required === true, in: parameter.in };
    }),
    request: rows(operation.requestBody),
    responses: Object.fromEntries(Object.entries(operation.responses).map(([code, body]) => [code, rows(body)])),
  };
}

function rowsOf(document: Document, root: SchemaNode): Row[] {
  const rows: Row[] = [];
  const visit = (node: SchemaNode, path: string, required: boolean): void => {
    const schema = resolve(document, node);
    const { additionalProperties: further, oneOf = [], patternProperties, items } = schema;
    rows.push(toRow(schema, path, required));
    for (const [name, inner] of Object.entries(schema.properties ?? {})) {
      visit(inner, join(path, name), schema.required?.includes(name) === true);
    }
    if (typeof further === 'object') visit(further, join(path, '*'), false);
    if (patternProperties && typeof further !== 'object') throw new TypeError(`${path}: names without a schema`);
    if (items) visit(items, `${path}[]`, false);
    for (const form of oneOf) {
      const resolved = resolve(document, form);
      visit(resolved, `${path}<${resolved.title ?? missing(`title at ${path}`)}>`, false);
    }
  };
  visit(root, '', true);
  return rows;
}

function toRow(schema: SchemaNode, path: string, required: boolean): Row {
  const { type, enum: values, format, pattern, minLength, maxLength, additionalProperties, patternProperties } = schema;
  const row: Row = { path, type: type ?? 'any', required };
  if (values) row.enum = values;
  if (schema.default !== undefined) row.default = schema.default;
  if (format !== undefined) row.format = format;
  if (pattern !== undefined) row.pattern = pattern;
  if (minLength !== undefined) row.minLength = minLength;
  if (maxLength !== undefined) row.maxLength = maxLength;
  if (typeof additionalProperties === 'boolean') row.additional = additionalProperties;
  if (patternProperties) row.names = Object.keys(patternProperties);
  return row;
}

function resolve(document: Document, node: SchemaNode): SchemaNode {
  if (node.$ref === undefined) return node;
  const name = node.$ref.replace('#/components/schemas/', '');
  return document.components.schemas[name] ?? missing(node.$ref);
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

function sole<T>(items: readonly T[]): [T] {
  const [first] = items;
  if (items.length !== 1 || first === undefined) throw new TypeError(`expected one item, found ${items.length}`);
  return [first];
}

function missing(what: string): never {
  throw new TypeError(`the document has no ${what}`);
}
