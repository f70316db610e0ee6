import fc from 'fast-check';
import { expect, test } from 'vitest';
import { endpointNames, providerOf } from './endpoints.js';
import { defaultAccount, isKey, keyOfWorkflowId, runWorkflowId } from './names.js';
import { questionId, workflowOfQuestion } from './question.js';

const key = fc.stringMatching(/^[A-Za-z0-9._/:-]{1,180}$/);

test('every key stands in a workflow id and is read from it again', () => {
  fc.assert(fc.property(key, (text) => isKey(text) && keyOfWorkflowId(runWorkflowId(text)) === text));
});

test.each(['', 'a b', 'ä', 'a~b', 'a\n', 'x'.repeat(181), '🧾'])('%j is no key', (text) => {
  expect(isKey(text)).toBe(false);
});

test('the workflow of something else has no key', () => {
  expect(keyOfWorkflowId('perdure:account:anchor:default')).toBeUndefined();
  expect(keyOfWorkflowId('payments-1')).toBeUndefined();
});

test("a question's id leads back to its workflow", () => {
  const providerId = fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/);
  fc.assert(
    fc.property(
      key,
      providerId,
      (text, id) => workflowOfQuestion(questionId(runWorkflowId(text), id)) === runWorkflowId(text),
    ),
  );
});

test.each(['', 'q1', '~q1', 'perdure:run:k~'])('%j is no id of a question', (id) => {
  expect(workflowOfQuestion(id)).toBeUndefined();
});

test('the default account of an endpoint is its provider’s', () => {
  for (const endpoint of endpointNames) expect(defaultAccount(endpoint)).toBe(`${providerOf(endpoint)}/default`);
});
