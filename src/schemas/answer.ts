import { z } from 'zod';
import { workflowOfQuestion } from '../core/question.js';
import { json } from './json.js';

const name = z.string().regex(/^[^\p{C}]{1,200}$/u, { error: '1 to 200 printable characters' });

const questionId = z.custom<string>((value) => typeof value === 'string' && workflowOfQuestion(value) !== undefined, {
  params: { expected: 'the id of a question', hint: 'npx perdure questions, or run.questions(), lists the open ones.' },
});

const decisionId = z.string().regex(/^[A-Za-z0-9._:-]{1,100}$/, { error: '1 to 100 of A-Z a-z 0-9 . _ : -' });

/** A person's answer, as a caller gives it. */
export const answerOptions = z.strictObject({
  questionId,
  answer: json.refine((value) => value !== undefined, { params: { expected: 'an answer' } }),
  by: name,
  channel: name.default('client'),
  decisionId: decisionId.optional(),
  askedAt: z.iso.datetime({ error: "the question's askedAt" }).optional(),
});

/** Who claims a question. */
export const claimOptions = z.strictObject({
  questionId,
  by: name,
  channel: name.default('client'),
  decisionId: decisionId.optional(),
});

/** What became of a claim. */
export const settleOptions = z.strictObject({
  questionId,
  decisionId,
  state: z.enum(['applied', 'gone', 'open', 'unknown']),
});

/** Who takes a browser over, or gives it back. */
export const takeoverOptions = z.strictObject({ by: name, channel: name.default('client'), hold: z.boolean() });

/** Whose questions are wanted. */
export const questionFilter = z.strictObject({
  assignee: name.optional(),
  groups: z.array(name).max(100).optional(),
});
