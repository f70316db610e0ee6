import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import type { AnswerForm, Question } from '../core/question.js';
import { askForm } from './answer-form.js';

function questionOf(form: AnswerForm, direct?: true): Question {
  return {
    id: 'perdure:run:a~1',
    kind: 'agent',
    key: 'a',
    title: 'The agent asks',
    message: 'Which?',
    form,
    ...(direct && { direct }),
    state: 'open',
    askedAt: '2026-01-01T00:00:00Z',
    assignees: [],
  };
}

/** Enters texts one after the other, each when the form waits; gives the answer and what stood in the terminal. */
async function enter(question: Question, ...texts: string[]) {
  const input = new PassThrough();
  const output = new PassThrough();
  let shown = '';
  output.on('data', (chunk: Buffer) => {
    shown += chunk.toString('utf8');
  });
  const answer = askForm(question, { input, output });
  for (const text of texts) {
    await new Promise((resolve) => setTimeout(resolve, 150));
    for (const character of text) input.write(character);
    input.write('\r');
  }
  return { answer: await answer, shown };
}

test('a text, a yes and a form of fields are entered in their types', async () => {
  expect((await enter(questionOf({ kind: 'text' }), 'the second')).answer).toBe('the second');
  expect((await enter(questionOf({ kind: 'confirm' }), 'y')).answer).toBe(true);
  const form: AnswerForm = {
    kind: 'fields',
    fields: [
      { name: 'n', label: 'Number', required: true, type: 'number' },
      { name: 't', label: 'Text', required: false, type: 'text' },
    ],
  };
  expect((await enter(questionOf(form), '12.5', '')).answer).toEqual({ n: 12.5 });
});

test('a password, and the text of a direct question, are not shown', async () => {
  const form: AnswerForm = { kind: 'fields', fields: [{ name: 'p', label: 'Code', required: true, type: 'password' }] };
  const plain: AnswerForm = { kind: 'fields', fields: [{ name: 't', label: 'Code', required: true, type: 'text' }] };
  for (const question of [questionOf(form), questionOf({ kind: 'text' }, true), questionOf(plain, true)]) {
    const { answer, shown } = await enter(question, 'canary-4711');
    expect(JSON.stringify(answer)).toContain('canary-4711');
    expect(shown).not.toContain('canary');
  }
});
