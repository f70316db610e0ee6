import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { minimalValue } from './schema-value.js';

const ajv = new Ajv2020({ strict: false, validateFormats: false });

test.each([
  [{ type: 'string', minLength: 12, maxLength: 20 }],
  [{ type: 'string', maxLength: 3 }],
  [{ type: 'string', enum: ['a', 'b'] }],
  [{ const: 7 }],
  [{ type: 'integer', minimum: 10, multipleOf: 4 }],
  [{ type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 5 }],
  [{ type: 'integer', maximum: -3 }],
  [{ type: ['null', 'string'] }],
  [{ type: 'array', items: { type: 'string' }, minItems: 3 }],
  [{ type: 'array', items: {}, maxItems: 0 }],
  [{ type: 'object', required: ['free'] }],
  [{ type: 'object', properties: { a: { type: 'boolean' } }, required: ['a'], additionalProperties: false }],
  [{ anyOf: [{ type: 'string' }, { type: 'null' }] }],
  [{ allOf: [{ type: 'object', properties: { a: { type: 'string' } } }, { required: ['a'] }] }],
  [{ $ref: '#/$defs/tree', $defs: { tree: { type: 'object', properties: { next: { $ref: '#/$defs/tree' } } } } }],
  [{ properties: { nested: { properties: { deep: { type: 'number' } }, required: ['deep'] } }, required: ['nested'] }],
])('the value made for %j conforms to it', (schema) => {
  const value = minimalValue(schema);
  const valid = ajv.validate(schema, value);
  expect({ value, errors: ajv.errors, valid }).toMatchObject({ valid: true });
});

test('a schema that is none gives null', () => {
  expect(minimalValue(undefined)).toBeNull();
});
