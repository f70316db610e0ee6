import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { endpointNames } from '../../src/core/endpoints.js';
import { extract } from './extract.js';
import { documents, factsOf } from './facts.js';

const folder = process.env.PERDURE_SPECS;

// Without the documents there is nothing to compare; a skipped test would look as if something were missing.
if (folder) {
  test.each(endpointNames)('the committed facts of %s are those of its published document', (endpoint) => {
    const yaml = readFileSync(path.resolve(folder, documents[endpoint]), 'utf8');
    expect(factsOf(endpoint)).toEqual(extract(yaml));
  });
}

test('a document is read with its parameters, references, forms, maps and codes', () => {
  const document = `
servers: [{ url: 'https://api.example.com' }]
security: []
paths:
  /v1/things/{id}:
    post:
      security: [{ key: [] }]
      parameters: [{ name: id, in: path, required: true, schema: { type: string, pattern: '^a' } }]
      requestBody:
        content: { application/json: { schema: { $ref: '#/components/schemas/Thing' } } }
      responses:
        '201': { content: { application/json: { schema: { type: object, additionalProperties: true } } } }
components:
  securitySchemes: { key: { type: apiKey, in: header, name: x-key } }
  schemas:
    Thing:
      type: object
      required: [form]
      properties:
        form: { oneOf: [{ $ref: '#/components/schemas/Round' }] }
        tags: { type: array, items: { type: string, minLength: 2 } }
        names: { type: object, additionalProperties: { type: string }, patternProperties: { '^A_': { type: string } } }
    Round: { title: Round, type: object, properties: { r: { type: number, default: 1 } }, required: [r] }
`;
  expect(extract(document)).toEqual({
    method: 'POST',
    path: '/v1/things/{id}',
    server: 'https://api.example.com',
    security: { in: 'header', name: 'x-key' },
    parameters: [{ path: 'id', type: 'string', required: true, pattern: '^a', in: 'path' }],
    request: [
      { path: '', type: 'object', required: true },
      { path: 'form', type: 'any', required: true },
      { path: 'form<Round>', type: 'object', required: false },
      { path: 'form<Round>.r', type: 'number', required: true, default: 1 },
      { path: 'tags', type: 'array', required: false },
      { path: 'tags[]', type: 'string', required: false, minLength: 2 },
      { path: 'names', type: 'object', required: false, names: ['^A_'] },
      { path: 'names.*', type: 'string', required: false },
    ],
    responses: { '201': [{ path: '', type: 'object', required: true, additional: true }] },
  });
});
