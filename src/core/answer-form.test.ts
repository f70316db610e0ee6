import fc from 'fast-check';
import { expect, test } from 'vitest';
import { refuseAnswer } from './answer-form.js';
import type { Json } from './json.js';
import type { AnswerForm, QuestionField } from './question.js';

const field = (type: QuestionField['type'], required = true): QuestionField => ({
  name: 'f',
  label: 'F',
  required,
  type,
});
const form = (...fields: QuestionField[]): AnswerForm => ({ kind: 'fields', fields });

test.each<[AnswerForm, Json]>([
  [{ kind: 'text' }, 'yes'],
  [{ kind: 'confirm' }, false],
  [form(field('text')), { f: 'x' }],
  [form(field('password')), { f: ' ' }],
  [form(field('number')), { f: 0 }],
  [form(field('number')), { f: '-1.5' }],
  [form(field('boolean')), { f: false }],
  [form(field('url')), { f: 'https://example.com/a?b' }],
  [form(field('email')), { f: 'ann@example.com' }],
  [form(field('email', false)), {}],
  [form(field('email', false)), { f: '' }],
  [form(field('email', false)), { f: null }],
])('%j takes %j', (asked, answer) => {
  expect(refuseAnswer(asked, answer)).toBeUndefined();
});

test.each<[AnswerForm, Json, string]>([
  [{ kind: 'text' }, '  ', 'The answer must be a text.'],
  [{ kind: 'text' }, { text: 'x' }, 'The answer must be a text.'],
  [{ kind: 'confirm' }, 'true', 'The answer must be true or false.'],
  [form(field('text')), 'x', 'The answer must be an object with the fields f.'],
  [form(field('text')), ['x'], 'The answer must be an object with the fields f.'],
  [form(field('text')), null, 'The answer must be an object with the fields f.'],
  [form(field('text')), {}, "The field 'f' is required."],
  [form(field('text')), { f: '' }, "The field 'f' is required."],
  [form(field('text')), { f: 'x', g: 'y' }, "The question has no field 'g'."],
  [form(field('text')), { f: 7 }, "The field 'f' must be a text."],
  [form(field('number')), { f: 'seven' }, "The field 'f' must be a number."],
  [form(field('number')), { f: ' ' }, "The field 'f' must be a number."],
  [form(field('boolean')), { f: 'true' }, "The field 'f' must be true or false."],
  [form(field('url')), { f: 'javascript:alert(1)' }, "The field 'f' must be a web address."],
  [form(field('email')), { f: 'ann' }, "The field 'f' must be an e-mail address."],
])('%j refuses %j: %s', (asked, answer, reason) => {
  expect(refuseAnswer(asked, answer)).toBe(reason);
});

const anyField: fc.Arbitrary<QuestionField> = fc.record({
  name: fc.string({ minLength: 1 }),
  label: fc.string(),
  required: fc.boolean(),
  type: fc.constantFrom('text', 'number', 'url', 'email', 'password', 'boolean'),
});

test('any answer to any form is taken or refused in words, and the words never hold the answer', () => {
  const secret = 'hunter2-in-the-answer';
  const asked: fc.Arbitrary<AnswerForm> = fc.oneof(
    fc.constant<AnswerForm>({ kind: 'text' }),
    fc.constant<AnswerForm>({ kind: 'confirm' }),
    fc.array(anyField).map((fields): AnswerForm => ({ kind: 'fields', fields })),
  );
  const answer = fc.oneof(fc.jsonValue(), fc.constant(secret), fc.dictionary(fc.string(), fc.constant(secret)));
  fc.assert(
    fc.property(asked, answer, (given, value) => {
      const reason = refuseAnswer(given, value as Json);
      return reason === undefined || (reason.endsWith('.') && !reason.includes(secret));
    }),
  );
});
