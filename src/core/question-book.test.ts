import { beforeEach, expect, test } from 'vitest';
import type { AnswerFate } from './question.js';
import { QuestionBook } from './question-book.js';

const asked = { providerId: 'q', message: 'Which?', form: { kind: 'text' } } as const;
const id = 'w~q';
const now = '2026-01-01T00:00:00.000Z';
const message = { questionId: id, answer: 'this', by: 'ann', channel: 'cli', decisionId: 'd' };

let book: QuestionBook;
beforeEach(() => {
  book = new QuestionBook('w', 'key');
  book.open(asked, now);
  expect(book.take(message, now)).toEqual({ accepted: true });
});

const state = () => book.all()[0]?.state;
const again = () => book.refusal({ ...message, decisionId: 'e' });

test.each<[AnswerFate, string]>([
  ['applied', 'This question was already answered by ann at 2026-01-01T00:00:00.000Z.'],
  ['gone', 'The agent has moved on: this question is closed.'],
  [
    'unknown',
    'This question was already answered by ann at 2026-01-01T00:00:00.000Z, and is closed: nobody knows whether the provider got that answer.',
  ],
])('an answer that became %s is the last one', (fate, why) => {
  book.settle(id, fate);
  expect(state()).toBe(fate);
  expect(again()).toBe(why);
});

test('a question of which nobody knows whether it was answered is open while its provider asks it, and unknown again when it is closed', () => {
  book.settle(id, 'unknown');
  book.open(asked, now);
  expect(state()).toBe('open');
  expect(again()).toBeUndefined();
  book.closeOpen();
  expect(state()).toBe('unknown');
});

test('a second answer that came too late does not tell of the first', () => {
  book.settle(id, 'unknown');
  book.open(asked, now);
  book.take({ ...message, decisionId: 'e' }, now);
  book.settle(id, 'gone');
  expect(state()).toBe('unknown');
});

test('a question that was refused an answer and went away is gone', () => {
  book.settle(id, 'open');
  book.closeOpen();
  expect(state()).toBe('gone');
});
