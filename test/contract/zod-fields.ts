import { z } from 'zod';
import type { Json } from '../../src/core/json.js';

/** A field of a zod schema, in the notation of the tables. */
export interface Field {
  path: string;
  required: boolean;
  /** Absent where the schema is a check of its own, such as a reference to a secret. */
  type?: string;
  enum?: Json[];
}

/** Every field of a schema, except below those that are named. */
export function fieldsOf(schema: z.core.$ZodType, without: readonly string[] = []): Field[] {
  const fields: Field[] = [];
  const visit = (node: z.core.$ZodType, path: string, required: boolean): void => {
    if (without.includes(path)) return;
    if (node instanceof z.ZodOptional) {
      visit(node.unwrap(), path, false);
    } else if (node instanceof z.ZodObject) {
      fields.push({ path, required, type: 'object' });
      for (const [name, inner] of Object.entries<z.core.$ZodType>(node.shape)) {
        visit(inner, path === '' ? name : `${path}.${name}`, true);
      }
    } else if (node instanceof z.ZodRecord) {
      fields.push({ path, required, type: 'object' });
      visit(node.valueType, `${path}.*`, false);
    } else if (node instanceof z.ZodArray) {
      fields.push({ path, required, type: 'array' });
      visit(node.element, `${path}[]`, false);
    } else if (node instanceof z.ZodDiscriminatedUnion) {
      fields.push({ path, required, type: 'object' });
      for (const form of node.options) visit(form, `${path}<${titleOf(form)}>`, false);
    } else if (node instanceof z.ZodUnion) {
      for (const option of node.options) visit(option, path, required);
    } else {
      fields.push(leafOf(node, path, required));
    }
  };
  visit(schema, '', true);
  return fields;
}

function leafOf(node: z.core.$ZodType, path: string, required: boolean): Field {
  if (node instanceof z.ZodEnum) return { path, required, type: 'string', enum: node.options };
  if (node instanceof z.ZodLiteral) return { path, required, type: 'string', enum: [...node.values] as Json[] };
  if (node instanceof z.ZodNumber) return { path, required, type: node.isInt ? 'integer' : 'number' };
  if (node instanceof z.ZodBoolean) return { path, required, type: 'boolean' };
  if (node instanceof z.ZodString || node instanceof z.ZodStringFormat) return { path, required, type: 'string' };
  if (node instanceof z.ZodCustom) return { path, required };
  throw new TypeError(`${path}: a kind of schema that the contract test does not know (${node._zod.def.type})`);
}

/** The document's title of one form of a proxy. */
function titleOf(form: z.core.$ZodType): string {
  return form instanceof z.ZodObject && 'server' in form.shape ? 'Custom Proxy' : 'Anchor Proxy';
}
