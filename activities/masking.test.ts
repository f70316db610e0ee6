import { expect, test } from 'vitest';
import { PerdureError } from '../src/core/errors.js';
import type { Ending } from '../src/providers/provider.js';
import { Redactor } from '../src/secrets/redaction.js';
import { judgeMasked, keyMask, maskError, maskReading, maskThrown } from './masking.js';

const redactor = new Redactor([{ name: 'PW', value: 'hunter22' }]);
const maxBytes = 10_000;

function completed(result: Ending['result'], alternatives?: Ending['alternatives']): Ending {
  return { reading: { state: 'completed', providerStatus: 'completed' }, result, alternatives };
}

test('a result is given with its secrets masked', () => {
  const verdict = judgeMasked(completed({ note: 'used hunter22', total: 12 }), { maxBytes }, redactor);
  expect(verdict).toMatchObject({ status: 'completed', result: { note: 'used ‹secret PW›', total: 12 } });
});

test('a result that fits only with its secret is invalid, and kept masked with the reason', () => {
  const schema = { type: 'object', properties: { code: { type: 'string', pattern: '^[a-z0-9]+$' } } };
  const verdict = judgeMasked(completed({ code: 'hunter22' }), { schema, maxBytes }, redactor);
  expect(verdict).toMatchObject({
    status: 'failed',
    raw: { code: '‹secret PW›' },
    error: { code: 'result-invalid', hint: expect.stringContaining('was masked') },
  });
  expect(verdict.result).toBeUndefined();
});

test('a result that never fitted is not blamed on the mask, and no problem names a masked key', () => {
  const schema = { type: 'object', additionalProperties: false };
  const verdict = judgeMasked(completed({ hunter22: 1 }), { schema, maxBytes }, redactor);
  expect(verdict.error).toMatchObject({ code: 'result-invalid', hint: 'The answer is kept in raw.' });
  expect(JSON.stringify(verdict)).not.toContain('hunter22');
});

test('other readings of an answer are masked before they are tried', () => {
  const schema = { type: 'object', required: ['a'] };
  const verdict = judgeMasked(completed('text', [{ a: 'hunter22' }]), { schema, maxBytes }, redactor);
  expect(verdict).toMatchObject({ status: 'completed', result: { a: '‹secret PW›' } });
});

test("the provider's reason and status are masked, and the state stays", () => {
  const ending: Ending = { reading: { state: 'failed', providerStatus: 'bad hunter22', error: 'refused hunter22' } };
  expect(judgeMasked(ending, { maxBytes }, redactor)).toMatchObject({
    status: 'failed',
    providerStatus: 'bad ‹secret PW›',
    error: { code: 'run-failed', message: 'The provider says that the run failed: refused ‹secret PW›' },
  });
});

test('an error is masked in its message and hint, and keeps what it means', () => {
  const error = new PerdureError({
    code: 'rate-limited',
    message: 'said: hunter22',
    hint: 'aHVudGVyMjI=',
    retryAfterMs: 7,
    status: 429,
    cause: 'hunter22',
  });
  const masked = maskThrown(error, redactor);
  expect(masked).toMatchObject({ code: 'rate-limited', message: 'said: ‹secret PW›', retryAfterMs: 7, status: 429 });
  expect(`${masked.hint} ${String(masked.cause)}`).not.toMatch(/hunter22|aHVudGVyMj/);
  expect(maskError({ code: 'internal', message: 'x' }, redactor)).toEqual({ code: 'internal', message: 'x' });
});

test('of a question what a person reads is masked, and what the answer is keyed by is not', () => {
  const password = new Redactor([{ name: 'PW', value: 'password' }]);
  const field = { name: 'password', label: 'The password', required: true, type: 'password' as const };
  const question = {
    providerId: 'q-1',
    message: 'Is password right?',
    form: { kind: 'fields' as const, fields: [{ ...field, defaultValue: 'password' }] },
  };
  expect(maskReading({ state: 'waiting', providerStatus: 'waiting', question }, password).question).toEqual({
    providerId: 'q-1',
    message: 'Is ‹secret PW› right?',
    form: {
      kind: 'fields',
      fields: [{ ...field, label: 'The ‹secret PW›', defaultValue: '‹secret PW›' }],
    },
  });
  const text = { providerId: 'q-2', message: 'And now?', form: { kind: 'text' as const } };
  expect(maskReading({ state: 'waiting', providerStatus: 'w', question: text }, redactor).question).toEqual(text);
});

test('an API key is masked in answers in every form, and a very short one leaves them as they are', () => {
  const coded = Buffer.from('me:anchor-key-1').toString('base64');
  expect(keyMask('anchor-key-1')({ note: 'anchor-key-1', list: [coded] })).toEqual({
    note: '‹secret API key›',
    list: [expect.stringContaining('‹secret API key›')],
  });
  expect(keyMask('key')({ note: 'the key' })).toEqual({ note: 'the key' });
});

test('what can not be masked is withheld: a result, the words of a question, an error', () => {
  const unknowing = new Redactor([], ['PW']);
  const why = 'withheld, since secret PW does not resolve';
  expect(judgeMasked(completed({ note: 'hunter22' }), { maxBytes }, unknowing)).toMatchObject({
    status: 'unknown',
    error: { code: 'result-unreadable', message: `The run completed; its result is ${why}.` },
  });
  const field = { name: 'n', label: 'hunter22', required: true, type: 'text', placeholder: 'hunter22' } as const;
  const question = { providerId: 'q', message: 'hunter22', form: { kind: 'fields', fields: [field] } } as const;
  const reading = { state: 'waiting', providerStatus: 'hunter22', error: 'hunter22' } as const;
  const told = maskReading(
    { ...reading, question: { ...question, form: { kind: 'fields', fields: [field] } } },
    unknowing,
  );
  expect(JSON.stringify(told)).not.toContain('hunter22');
  expect(told.question?.form).toEqual({
    kind: 'fields',
    fields: [{ name: 'n', required: true, type: 'text', label: `‹${why}›` }],
  });
});

test('texts that no history could hold are cut', () => {
  const long = 'x'.repeat(3_000_000);
  const field = { name: 'n', label: 'Label', required: true, type: 'text', defaultValue: long } as const;
  const fields = Array.from({ length: 1_000 }, () => ({ ...field }));
  const question = { providerId: 'q', message: long, form: { kind: 'fields' as const, fields } };
  const told = maskReading({ state: 'waiting', providerStatus: long, question }, redactor);
  expect(JSON.stringify(told).length).toBeLessThan(300_000);
  expect(told.question).toMatchObject({ message: expect.stringMatching(/^x+…$/) });
});
