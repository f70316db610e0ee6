import { expect, test } from 'vitest';
import { z } from 'zod';
import { PerdureError } from '../core/errors.js';
import { nearest } from './nearest.js';
import { check, parse } from './parse.js';

function refusalOf(schema: z.ZodType, value: unknown): PerdureError {
  try {
    parse(schema, value, 'the thing');
  } catch (error) {
    if (error instanceof PerdureError) return error;
    throw error;
  }
  return expect.fail('the value was accepted');
}

test('a value that fits comes out typed and with its defaults', () => {
  expect(parse(z.strictObject({ a: z.string().default('x') }), {}, 'it')).toEqual({ a: 'x' });
});

test('one problem is told in one line with path, expectation and what was given', () => {
  const error = refusalOf(z.strictObject({ list: z.array(z.strictObject({ n: z.int() })) }), {
    list: [{ n: 1 }, { n: 1.5 }],
  });
  expect(error.message).toBe(`The thing can't be used: list[1].n: expected a whole number, got 1.5`);
});

test('at most ten problems are told, and how many more there are', () => {
  const value = Array.from({ length: 13 }, () => 'x');
  const { message } = refusalOf(z.array(z.number()), value);
  expect(message.split('\n  - ')).toHaveLength(12);
  expect(message).toMatch(/and 3 more$/);
});

test('a problem of the whole has no path', () => {
  expect(refusalOf(z.strictObject({}), [1]).message).toBe(
    "The thing can't be used: expected an object, got a list of 1",
  );
});

test('names that are no identifiers are quoted in paths', () => {
  const [problem] = problemsOf(z.record(z.string(), z.string()), { 'File Name': 1 });
  expect(problem?.path).toBe('["File Name"]');
});

test.each<[unknown, string]>([
  [undefined, 'nothing'],
  [null, 'null'],
  [true, 'true'],
  [[1, 2], 'a list of 2'],
  [{ password: 'hunter2' }, 'an object'],
  [{ $secret: 'NAME' }, 'a secret reference'],
  [new Date(0), 'a Date'],
  ['x'.repeat(50), `the text "${'x'.repeat(40)}…"`],
  ['http://ann:hunter2@proxy:1', 'a text ‹hidden›'],
])('what was given is shown short and never whole: %s', (value, shown) => {
  expect(problemsOf(z.strictObject({ a: z.number() }), { a: value })[0]?.reason).toBe(
    `expected a number, got ${shown}`,
  );
});

test.each(['apiKey', 'ANCHOR_PASSWORD', 'session_token', 'secret_values', 'Authorization'])(
  'what stands under %s is hidden, be it text or number',
  (name) => {
    for (const value of ['hunter2', 4711]) {
      const [problem] = problemsOf(z.record(z.string(), z.record(z.string(), z.boolean())), { [name]: { x: value } });
      expect(problem?.reason).toMatch(/^expected true or false, got a (text|number) ‹hidden›$/);
    }
  },
);

test('the value of an unknown field is not shown, since it may be a mistyped secret', () => {
  const error = refusalOf(z.strictObject({ password: z.string().optional() }), { pasword: 'hunter2' });
  expect(error.message).toBe("The thing can't be used: pasword: unknown field; did you mean 'password'?");
});

test('a union tells the problems of the branch that was meant', () => {
  const schema = z.strictObject({ u: z.union([z.boolean(), z.array(z.strictObject({ n: z.number() }))]) });
  expect(problemsOf(schema, { u: [{ n: 'x' }] })).toMatchObject([{ path: 'u[0].n' }]);
  expect(problemsOf(schema, { u: 3 })).toMatchObject([
    { path: 'u', reason: 'expected true or false or a list, got 3' },
  ]);
});

test.each<[string, string | undefined]>([
  ['outputSchema', 'output_schema'],
  ['promt', 'prompt'],
  ['pormpt', 'prompt'],
  ['AGENT', 'agent'],
  ['model', 'model'],
  ['directly_open_url', undefined],
  ['xx', undefined],
])('the known field nearest to %s is %s', (typed, meant) => {
  expect(nearest(typed, ['prompt', 'agent', 'model', 'url', 'output_schema'])).toBe(meant);
});

function problemsOf(schema: z.ZodType, value: unknown) {
  const checked = check(schema, value);
  return checked.ok ? expect.fail('the value was accepted') : checked.problems;
}
