import { expect, test } from 'vitest';
import { askedNoticeId, rungNoticeId } from './notice.js';
import type { Question } from './question.js';

const reply = { by: 'ann', channel: 'inbox', answeredAt: '2026-11-22T12:00:30.000Z' };
const question: Question = {
  id: 'loop~approve',
  kind: 'approval',
  key: 'loop',
  title: 'Pay 100?',
  message: '',
  form: { kind: 'confirm' },
  state: 'open',
  askedAt: '2026-11-22T12:00:00.000Z',
  assignees: ['ann'],
};

test('what is asked again under the same name is another notice, and so is each rung of its ladder', () => {
  const later = { ...question, title: 'Pay 1,000,000?', askedAt: '2026-11-22T13:00:00.000Z' };
  const ids = [question, later].flatMap((each) => [askedNoticeId(each), rungNoticeId(each, 1), rungNoticeId(each, 2)]);
  expect(new Set(ids).size).toBe(6);
  expect(askedNoticeId({ ...question })).toBe(askedNoticeId(question));
});

test('a question that is open again since whoever asked refused an answer is told once more, a direct one not', () => {
  const reopened = { ...question, refused: [reply] };
  const ids = [question, reopened, { ...reopened, refused: [reply, reply] }].map(askedNoticeId);
  expect(new Set(ids).size).toBe(3);
  expect(askedNoticeId({ ...reopened, direct: true })).toBe(ids[0]);
});
