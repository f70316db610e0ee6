import { expect, test } from 'vitest';
import { z } from 'zod';
import type { JsonObject } from '../core/json.js';
import { formOfSchema } from './answer-schema.js';

test('a zod object makes a form, with what its author says of each field', () => {
  const Approval = z.object({
    approved: z.boolean().meta({ title: 'Pay it?' }),
    reason: z.string().min(3).max(200).optional(),
    amount: z.int().positive().default(5),
    share: z.number().min(0).max(1),
    account: z.enum(['giro', 'savings']).describe('From which?'),
    site: z.url(),
    mail: z.email(),
    on: z.iso.date(),
  });
  const form = formOfSchema('Approval', Approval);
  expect(form).toMatchObject({
    kind: 'fields',
    fields: [
      { name: 'approved', label: 'Pay it?', required: true, type: 'boolean' },
      { name: 'reason', label: 'reason', required: false, type: 'text', min: 3, max: 200 },
      { name: 'amount', required: false, type: 'number', integer: true, min: 1, defaultValue: '5' },
      { name: 'share', required: true, type: 'number', min: 0, max: 1 },
      { name: 'account', description: 'From which?', type: 'text', options: ['giro', 'savings'] },
      { name: 'site', type: 'url' },
      { name: 'mail', type: 'email' },
      { name: 'on', type: 'text', pattern: expect.stringContaining('\\d') },
    ],
  });
  expect(form.kind === 'fields' && form.fields[2]).not.toHaveProperty('max');
});

test('a JSON Schema makes the same form', () => {
  const schema: JsonObject = {
    type: 'object',
    properties: { approved: { type: 'boolean' }, kind: { anyOf: [{ const: 'a' }, { const: 'b' }] } },
    required: ['approved'],
  };
  expect(formOfSchema('Plain', schema)).toEqual({
    kind: 'fields',
    fields: [
      { name: 'approved', label: 'approved', required: true, type: 'boolean' },
      { name: 'kind', label: 'kind', required: false, type: 'text', options: ['a', 'b'] },
    ],
  });
});

test.each<[string, z.ZodType | JsonObject, RegExp]>([
  ['a text alone', z.string(), /is no object of fields/],
  ['nothing', z.object({}), /has no fields/],
  ['an object within', z.object({ a: z.object({ b: z.string() }) }), /field 'a' can't be asked/],
  ['a list', z.object({ a: z.array(z.string()) }), /field 'a' can't be asked/],
  ['a text or nothing', z.object({ a: z.string().nullable() }), /field 'a' can't be asked/],
  ['multiples', z.object({ a: z.number().multipleOf(0.5) }), /multiples are not checked/],
  ['a bound that is not reached', z.object({ a: z.number().gt(1) }), /only minimum and maximum/],
  ['a date of JavaScript', z.object({ a: z.date() }), /JSON Schema can't say it/],
  ['a password', { type: 'object', properties: { a: { type: 'string', format: 'password' } } }, /stored in Temporal/],
  [
    'a format without a pattern',
    { type: 'object', properties: { a: { type: 'string', format: 'hostname' } } },
    /'hostname'/,
  ],
  ['a pattern that is none', { type: 'object', properties: { a: { type: 'string', pattern: '(' } } }, /can't be read/],
])('what no form can ask is refused: %s', (_, schema, says) => {
  const refused = expect.objectContaining({ code: 'bad-input', message: expect.stringMatching(says) });
  expect(() => formOfSchema('Odd', schema)).toThrow(refused);
});
