import fc from 'fast-check';
import { expect, test } from 'vitest';
import { climb, isDirect, type Ladder, type LadderStep, nextStep, scalePolicy, termsOf } from './escalation.js';
import type { Rung } from './question.js';

const hour = 3_600_000;
const day = 24 * hour;
const now = Date.parse('2026-11-27T12:00:00Z');
const asked = new Date(now).toISOString();

test.each([
  { what: 'nothing is said', policy: undefined, until: undefined, terms: { assignees: [] } },
  {
    what: 'only the run ends',
    policy: undefined,
    until: now + hour,
    terms: { assignees: [], deadline: '2026-11-27T13:00:00.000Z' },
  },
  {
    what: 'the question ends before its run',
    policy: { assignees: ['ann'], deadline: hour },
    until: now + day,
    terms: { assignees: ['ann'], deadline: '2026-11-27T13:00:00.000Z' },
  },
  {
    what: 'the run ends before its question',
    policy: { assignees: [], deadline: day },
    until: now + hour,
    terms: { assignees: [], deadline: '2026-11-27T13:00:00.000Z' },
  },
])('where $what, the terms say so', ({ policy, until, terms }) => {
  expect(termsOf(policy, now, until)).toEqual(terms);
});

test('a ladder is climbed from its earliest rung on, whatever order it was given in', () => {
  const escalation = [
    { after: 2 * day, to: ['board'] },
    { after: day, to: ['cfo'] },
  ];
  expect(termsOf({ assignees: [], escalation }, now).escalation?.map(({ to }) => to)).toEqual([['cfo'], ['board']]);
});

test('a rung at the deadline is not climbed any more', () => {
  const terms = { assignees: ['ann'], deadline: new Date(now + day).toISOString(), askedAt: asked, climbed: 0 };
  expect(nextStep({ ...terms, escalation: [{ after: day, to: ['cfo'] }] })).toEqual({
    kind: 'deadline',
    at: now + day,
  });
  expect(nextStep({ ...terms, escalation: [{ after: day - 1, to: ['cfo'] }] })).toMatchObject({ kind: 'rung' });
});

test('a question without a ladder or a deadline waits for ever', () => {
  expect(nextStep({ assignees: [], askedAt: asked, climbed: 0 })).toBeUndefined();
});

test('a question that everybody may answer stays so; any other is opened to those that its rungs name, once each', () => {
  expect(climb([], { after: 1, to: ['cfo'] })).toEqual([]);
  expect(climb(['ann', 'bob'], { after: 1, to: ['bob', 'cfo'] })).toEqual(['ann', 'bob', 'cfo']);
});

test('an answer is a secret where the policy says so, or a field asks for a password', () => {
  const field = (type: 'text' | 'password') => ({ name: 'f', label: 'f', required: true, type });
  expect(isDirect(undefined, { kind: 'text' })).toBe(false);
  expect(isDirect({ assignees: [], direct: true }, { kind: 'text' })).toBe(true);
  expect(isDirect(undefined, { kind: 'fields', fields: [field('text'), field('password')] })).toBe(true);
  expect(isDirect(undefined, { kind: 'fields', fields: [field('text')] })).toBe(false);
});

test('a policy that is scaled has every duration scaled, and none becomes nothing', () => {
  const policy = {
    assignees: ['ann'],
    deadline: day,
    escalation: [{ after: hour, to: ['cfo'] }],
    direct: true as const,
  };
  expect(scalePolicy(policy, 0.001)).toEqual({
    ...policy,
    deadline: 86_400,
    escalation: [{ after: 3_600, to: ['cfo'] }],
  });
  expect(scalePolicy(policy, 1e-12).deadline).toBe(1);
});

const rung: fc.Arbitrary<Rung> = fc.record({
  after: fc.integer({ min: 1, max: 30 * day }),
  to: fc.array(fc.constantFrom('ann', 'bob', 'cfo', 'board'), { minLength: 1, maxLength: 3 }),
});
const ladder: fc.Arbitrary<Ladder> = fc
  .record({
    assignees: fc.array(fc.constantFrom('ann', 'bob')),
    deadline: fc.option(fc.integer({ min: 1, max: 30 * day }), { nil: undefined }),
    escalation: fc.array(rung, { maxLength: 6 }),
  })
  .map((policy) => ({ ...termsOf(policy, now), askedAt: asked, climbed: 0 }));

/** Every step of a ladder that nobody answers. */
function walk(from: Ladder): LadderStep[] {
  const steps: LadderStep[] = [];
  for (let at = from; ; ) {
    const step = nextStep(at);
    if (!step) return steps;
    steps.push(step);
    if (step.kind === 'deadline') return steps;
    at = { ...at, climbed: at.climbed + 1, assignees: climb(at.assignees, step.rung) };
  }
}

test('a ladder that nobody answers is climbed in the order of time, each rung once, and ends at its deadline', () => {
  fc.assert(
    fc.property(ladder, (given) => {
      const steps = walk(given);
      const times = steps.map(({ at }) => at);
      expect(times).toEqual(times.toSorted((a, b) => a - b));
      const end = given.deadline === undefined ? Infinity : Date.parse(given.deadline);
      const reachable = (given.escalation ?? []).filter(({ after }) => now + after < end);
      expect(steps.filter(({ kind }) => kind === 'rung')).toHaveLength(reachable.length);
      expect(steps.at(-1)?.kind === 'deadline').toBe(given.deadline !== undefined);
      expect(times.every((at) => at > now && at <= end)).toBe(true);
    }),
  );
});

test('whoever may answer can do so until the end, however far the ladder is climbed', () => {
  fc.assert(
    fc.property(ladder, (given) => {
      let assignees = given.assignees;
      for (const step of walk(given)) {
        const before = assignees;
        if (step.kind === 'rung') assignees = climb(assignees, step.rung);
        expect(assignees).toEqual(expect.arrayContaining(before));
        expect(new Set(assignees).size).toBe(new Set(before.concat(assignees)).size);
      }
      if (given.assignees.length === 0) expect(assignees).toEqual([]);
    }),
  );
});
