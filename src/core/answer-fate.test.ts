import { beforeEach, expect, test } from 'vitest';
import type { AnswerFate, AnswerMessage } from './question.js';
import { QuestionBook } from './question-book.js';
import type { Asked } from './question-entry.js';

const at = (seconds: number) => new Date(1_800_000_000_000 + 1000 * seconds).toISOString();
const asked: Asked = {
  provider: { providerId: 'q', message: 'Which?', form: { kind: 'text' } },
  kind: 'agent',
  title: 'q',
  terms: { assignees: [] },
};
const first: AnswerMessage = { questionId: 'wf~q', answer: 'this', by: 'ann', channel: 'test', decisionId: 'q-1' };
const second: AnswerMessage = { ...first, answer: 'that', decisionId: 'q-2' };

let book: QuestionBook;
beforeEach(() => {
  book = new QuestionBook('wf', 'key');
  book.open(asked, at(0));
  book.take(first, at(1));
});

test.each<[AnswerFate, RegExp]>([
  ['applied', /already answered by ann/],
  ['gone', /moved on/],
  ['unknown', /nobody knows/],
])('an answer that became %s is the last one', (fate, why) => {
  book.settle('wf~q', fate);
  expect(book.get('wf~q')).toMatchObject({ state: fate, by: 'ann' });
  expect(book.refusal(second)).toMatch(why);
});

test('a question of which nobody knows whether it was answered takes an answer while it is asked, and is unknown again when it is closed', () => {
  book.settle('wf~q', 'unknown');
  book.open(asked, at(2));
  expect(book.refusal(second)).toBeUndefined();
  book.closeOpen();
  expect(book.get('wf~q')).toMatchObject({ state: 'unknown', closed: true });
});

test('a second answer that came too late does not tell of the first', () => {
  book.settle('wf~q', 'unknown');
  book.open(asked, at(2));
  expect(book.take(second, at(3))).toEqual({ accepted: true });
  book.settle('wf~q', 'gone');
  expect(book.get('wf~q')?.state).toBe('unknown');
});

test('a question that was refused an answer and went away is gone', () => {
  book.settle('wf~q', 'open');
  book.closeOpen();
  expect(book.get('wf~q')?.state).toBe('gone');
});

test('a question that is claimed when its asker ends is unknown, and closed', () => {
  const claimed = new QuestionBook('wf', 'key');
  claimed.open({ ...asked, direct: true }, at(0));
  const claim = { questionId: 'wf~q', by: 'ann', channel: 'inbox', decisionId: 'c-1' };
  claimed.claim(claim, at(1), Date.parse(at(91)));
  claimed.closeAll();
  expect(claimed.get('wf~q')).toMatchObject({ state: 'unknown', closed: true, by: 'ann' });
});

test('an answer that is on its way when its asker ends is unknown, one that never left is not', () => {
  book.closeAll();
  expect(book.get('wf~q')).toMatchObject({ state: 'gone', by: 'ann' });
  book = new QuestionBook('wf', 'key');
  book.open(asked, at(0));
  book.take(first, at(1));
  book.nextTaken();
  book.closeAll();
  expect(book.get('wf~q')).toMatchObject({ state: 'unknown', closed: true, by: 'ann' });
});
