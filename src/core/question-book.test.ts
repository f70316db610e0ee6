import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Json } from './json.js';
import type { AnswerForm, AnswerMessage, QuestionKind } from './question.js';
import { QuestionBook } from './question-book.js';
import { type Asked, goneOver } from './question-entry.js';

const at = (seconds: number) => new Date(1_800_000_000_000 + 1000 * seconds).toISOString();
const ms = (seconds: number) => Date.parse(at(seconds));
const makeBook = () => new QuestionBook('wf', 'key');

function asked(name: string, more: Partial<Asked> & { form?: AnswerForm; kind?: QuestionKind } = {}): Asked {
  const { form = { kind: 'text' }, kind = 'agent', ...rest } = more;
  return {
    provider: { providerId: name, message: `${name}?`, form },
    kind,
    title: name,
    terms: { assignees: [] },
    ...rest,
  };
}

function answer(name: string, value: Json, more: Partial<AnswerMessage> = {}): AnswerMessage {
  return { questionId: `wf~${name}`, answer: value, by: 'ann', channel: 'test', decisionId: `${name}-1`, ...more };
}

test('the first of two answers counts, and the second hears who was first', () => {
  const book = makeBook();
  book.open(asked('q'), at(0));
  expect(book.take(answer('q', 'yes'), at(1))).toEqual({ accepted: true });
  const second = answer('q', 'no', { by: 'bob', decisionId: 'q-2' });
  const reason = `This question was already answered by ann at ${at(1)}.`;
  expect(book.refusal(second)).toBe(reason);
  expect(book.take(second, at(2))).toEqual({ accepted: false, reason });
  expect(book.nextTaken()).toMatchObject({ id: 'wf~q', answer: 'yes' });
  expect(book.nextTaken()).toBeUndefined();
});

test('the same decision again gets the same verdict and is given on once; about another question it is refused', () => {
  const book = makeBook();
  book.open(asked('q'), at(0));
  book.open(asked('r'), at(0));
  for (const second of [1, 2, 3]) expect(book.take(answer('q', 'yes'), at(second))).toEqual({ accepted: true });
  const astray = answer('r', 'yes', { decisionId: 'q-1' });
  expect(book.take(astray, at(4))).toEqual({
    accepted: false,
    reason: 'This decision was made about another question.',
  });
  expect([book.nextTaken()?.id, book.nextTaken()]).toEqual(['wf~q', undefined]);
});

test('an answer that was given after the deadline is refused, also where the deadline was not heard of yet', () => {
  const book = makeBook();
  book.open(asked('q', { terms: { assignees: [], deadline: at(10) } }), at(0));
  const late = answer('q', 'yes', { givenAt: at(11), decisionId: 'late' });
  expect(book.take(late, at(20))).toEqual({
    accepted: false,
    reason: `This answer came too late: the question could be answered until ${at(10)}.`,
  });
  // The worker was away meanwhile.
  expect(book.take(answer('q', 'no', { givenAt: at(9) }), at(20))).toEqual({ accepted: true });
});

test('what goes over to the next execution is bounded: no answer that was given, and not more early ones than fit', () => {
  const book = makeBook();
  book.open(asked('q', { kind: 'approval' }), at(0));
  book.take(answer('q', 'x'.repeat(10_000)), at(1));
  const long = { a: 'x'.repeat(19_000), b: 'x'.repeat(19_000), c: 'x'.repeat(19_000) };
  const verdicts = [1, 2, 3, 4, 5].map((nth) => book.take(answer(`early-${nth}`, long), at(1)));
  expect(verdicts.map(({ accepted }) => accepted)).toEqual([true, true, true, false, false]);
  const carried = goneOver(book.toJSON());
  expect(JSON.stringify(carried).length).toBeLessThan(200_000);
  expect(carried.entries).toMatchObject([{ question: { id: 'wf~q', by: 'ann' } }]);
  expect(carried.early).toHaveLength(3);
});

test('an early answer is kept for its question, and checked by its form then', () => {
  const book = makeBook();
  expect(book.take(answer('q', 'yes'), at(0))).toEqual({ accepted: true, pending: true });
  expect(book.take(answer('r', 'maybe'), at(0))).toEqual({ accepted: true, pending: true });
  expect(book.open(asked('q'), at(1)).state).toBe('answered');
  expect(book.open(asked('r', { form: { kind: 'confirm' } }), at(1)).state).toBe('open');
  expect(book.take(answer('r', 'maybe'), at(2))).toMatchObject({ accepted: false });
  expect(book.toJSON().early).toEqual([]);
});

test('an answer that says which asking it is for is not taken for a later one of the same name', () => {
  const book = makeBook();
  expect(book.take(answer('q', 'yes', { askedAt: at(-100) }), at(0))).toEqual({ accepted: true, pending: true });
  const { state, askedAt } = book.open(asked('q'), at(1));
  expect(state).toBe('open');
  expect(book.refusal(answer('q', 'yes', { askedAt: at(0), decisionId: 'x' }))).toMatch(/an earlier question/);
  expect(book.refusal(answer('q', 'yes', { askedAt, decisionId: 'y' }))).toBeUndefined();
});

test.each([
  { what: 'a question of another run', message: answer('q', 'yes', { questionId: 'other~q' }), says: /another run/ },
  { what: 'a question that went away', message: answer('gone', 'yes'), says: /moved on/ },
  { what: 'one whose answer is a secret', message: answer('secret', 'yes'), says: /may not be stored/ },
  { what: 'one that expired', message: answer('late', 'yes'), says: /the default was applied/ },
  { what: 'something off its form', message: answer('q', 7), says: /must be a text/ },
  { what: 'a megabyte', message: answer('q', 'x'.repeat(1_000_000)), says: /at most 20000 characters/ },
  {
    what: 'a megabyte that comes early',
    message: answer('n', 'x'.repeat(1_000_000)),
    says: /at most 20000 characters/,
  },
  { what: 'a megabyte within', message: answer('n', { a: ['x'.repeat(1_000_000)] }), says: /at most 20000 characters/ },
])('an answer is refused with a reason: $what', ({ message, says }) => {
  const book = makeBook();
  for (const name of ['gone', 'q', 'late']) book.open(asked(name), at(0));
  book.open(asked('secret', { direct: true }), at(0));
  book.close('wf~gone');
  book.expire('wf~late', at(1));
  const verdict = book.take(message, at(2));
  expect(verdict).toMatchObject({ accepted: false, reason: expect.stringMatching(says) });
  expect(verdict.accepted ? '' : verdict.reason.length).toBeLessThan(300);
  expect(book.hasTaken()).toBe(false);
});

test('a refused answer opens its question again, and the trail keeps who gave it', () => {
  const book = makeBook();
  book.open(asked('q'), at(0));
  book.take(answer('q', 'wrong'), at(1));
  book.nextTaken();
  book.settle('wf~q', 'open');
  expect(book.get('wf~q')).toMatchObject({ state: 'open', refused: [{ by: 'ann', answeredAt: at(1) }] });
  expect(book.get('wf~q')).not.toHaveProperty('answer');
  expect(book.take(answer('q', 'right', { by: 'bob', decisionId: 'q-2' }), at(2))).toEqual({ accepted: true });
  book.settle('wf~q', 'applied');
  expect(book.get('wf~q')).toMatchObject({ state: 'applied', by: 'bob', answer: 'right' });
});

test('a question is claimed by one at a time, and its claim settles it', () => {
  const book = makeBook();
  book.open(asked('q', { direct: true }), at(0));
  const ann = { questionId: 'wf~q', by: 'ann', channel: 'inbox', decisionId: 'c-1' };
  const bob = { ...ann, by: 'bob', decisionId: 'c-2' };
  expect(book.refusalOfClaim(ann)).toBeUndefined();
  expect(book.claim(ann, at(1), ms(91))).toBe(ms(91));
  expect(book.refusalOfClaim(ann)).toBeUndefined();
  expect(book.claim(ann, at(50), ms(140))).toBe(ms(91));
  expect(book.refusalOfClaim(bob)).toBe('ann is answering this question now.');
  expect(book.refusalOfSettle({ questionId: 'wf~q', decisionId: 'c-2', state: 'applied' })).toMatch(/claim is over/);
  book.settleClaim({ questionId: 'wf~q', decisionId: 'c-1', state: 'applied' });
  expect(book.get('wf~q')).toMatchObject({ state: 'applied', by: 'ann', channel: 'inbox' });
  expect(book.refusalOfSettle({ questionId: 'wf~q', decisionId: 'c-1', state: 'applied' })).toBeUndefined();
  expect(book.hasTaken()).toBe(false);
});

test('a claim that is not settled leaves the question unknown, until its sender tells or a person claims it again', () => {
  const book = makeBook();
  book.open(asked('q', { direct: true }), at(0));
  const claim = { questionId: 'wf~q', by: 'ann', channel: 'inbox', decisionId: 'c-1' };
  book.claim(claim, at(1), ms(91));
  expect(book.moments()).toEqual([{ id: 'wf~q', kind: 'unsettled', at: ms(91) }]);
  book.unsettled('wf~q');
  expect(book.get('wf~q')?.state).toBe('unknown');
  const late = { questionId: 'wf~q', decisionId: 'c-1', state: 'applied' } as const;
  expect(book.refusalOfSettle(late)).toBeUndefined();
  const again = { ...claim, by: 'bob', decisionId: 'c-2' };
  expect(book.refusalOfClaim(again)).toBeUndefined();
  book.claim(again, at(100), ms(190));
  expect(book.refusalOfSettle(late)).toMatch(/claimed by another/);
  book.settleClaim({ ...late, decisionId: 'c-2', state: 'gone' });
  expect(book.get('wf~q')).toMatchObject({ state: 'unknown', closed: true });
});

test('what is unknown stays so when the agent goes on, and nobody can claim it any more', () => {
  const book = makeBook();
  book.open(asked('q', { direct: true }), at(0));
  book.claim({ questionId: 'wf~q', by: 'ann', channel: 'inbox', decisionId: 'c-1' }, at(1), ms(91));
  book.closeOpen();
  expect(book.get('wf~q')?.state).toBe('claimed');
  book.unsettled('wf~q');
  book.closeOpen();
  expect(book.get('wf~q')).toMatchObject({ state: 'unknown', closed: true });
  expect(book.refusalOfClaim({ questionId: 'wf~q', by: 'bob', channel: 'inbox', decisionId: 'c-2' })).toMatch(
    /and is closed: nobody knows/,
  );
});

test('what is unknown is open again when the provider is seen to ask it, and is not told as gone', () => {
  const book = makeBook();
  book.open(asked('q'), at(0));
  book.take(answer('q', 'this'), at(1));
  book.settle('wf~q', 'unknown');
  expect(book.get('wf~q')).toMatchObject({ state: 'unknown', closed: true });
  expect(book.refusal(answer('q', 'that', { decisionId: 'q-2' }))).toMatch(/already answered by ann .* closed/);
  book.open(asked('q'), at(2));
  expect(book.get('wf~q')?.state).toBe('open');
  book.take(answer('q', 'that', { decisionId: 'q-2' }), at(3));
  book.settle('wf~q', 'gone');
  expect(book.get('wf~q')?.state).toBe('unknown');
});

test('a default stays what it is when it has arrived, and its question takes no other answer', () => {
  const book = makeBook();
  book.open(asked('q', { form: { kind: 'confirm' } }), at(0));
  book.expire('wf~q', at(5), false);
  expect(book.nextTaken()).toMatchObject({ answer: false });
  book.settle('wf~q', 'applied');
  expect(book.get('wf~q')).toMatchObject({ state: 'expired', by: 'perdure', channel: 'deadline', answer: false });
  expect(book.refusal(answer('q', true))).toMatch(/default was applied/);
});

test('a yes or no may be given as an object that says approved', () => {
  const book = makeBook();
  book.open(asked('q', { form: { kind: 'confirm' } }), at(0));
  expect(book.refusal(answer('q', { approved: true, more: 1 }))).toMatch(/true or false/);
  book.take(answer('q', { approved: true }), at(1));
  expect(book.nextTaken()?.answer).toBe(true);
});

type Step =
  | {
      do: 'open' | 'settle' | 'close' | 'expire' | 'unsettled';
      name: string;
      state: 'applied' | 'gone' | 'open' | 'unknown';
    }
  | { do: 'answer' | 'claim'; name: string; decision: string };

const name = fc.constantFrom('a', 'b');
const state = fc.constantFrom('applied', 'gone', 'open', 'unknown' as const);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constantFrom('open', 'settle', 'close', 'expire', 'unsettled' as const), name, state }),
  fc.record({ do: fc.constantFrom('answer', 'claim' as const), name, decision: fc.constantFrom('1', '2', '3') }),
);

function play(book: QuestionBook, taken: string[], given: Step, second: number): void {
  const id = `wf~${given.name}`;
  switch (given.do) {
    case 'open':
      book.open(asked(given.name), at(second));
      break;
    case 'settle':
      book.settle(id, given.state);
      break;
    case 'close':
      book.close(id);
      break;
    case 'expire':
      book.expire(id, at(second));
      break;
    case 'unsettled':
      book.unsettled(id);
      break;
    case 'claim': {
      const claim = { questionId: id, by: 'bob', channel: 'x', decisionId: given.decision };
      if (book.refusalOfClaim(claim) === undefined) book.claim(claim, at(second), ms(second + 90));
      break;
    }
    case 'answer':
      book.take(answer(given.name, given.decision, { decisionId: `${given.name}${given.decision}` }), at(second));
  }
  for (let next = book.nextTaken(); next; next = book.nextTaken()) taken.push(`${next.id} ${String(next.answer)}`);
}

test('whatever happens, no decision is given on twice, and a book that goes over to the next execution goes on alike', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), fc.nat(40), (steps, moves) => {
      const one = makeBook();
      let other = makeBook();
      const [first, second]: string[][] = [[], []];
      steps.forEach((given, index) => {
        if (index === moves) other = new QuestionBook('wf', 'key', JSON.parse(JSON.stringify(other)));
        play(one, first ?? [], given, index);
        play(other, second ?? [], given, index);
      });
      expect(other.all()).toEqual(one.all());
      expect(second).toEqual(first);
      expect(new Set(first).size).toBe(first?.length);
    }),
  );
});
