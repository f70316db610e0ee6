import { z } from 'zod';
import { isKey } from '../core/names.js';
import type { PrepareQuestionTask } from '../core/person-step.js';
import type { QuestionPolicy } from '../core/run.js';
import { durationBetween } from './duration.js';
import { json, jsonObject } from './json.js';
import { assignees, escalate } from './question-policy.js';

const sevenDays = 604_800_000;

const stepName = z.custom<string>((value) => typeof value === 'string' && isKey(value), {
  params: { expected: 'a name of 1 to 180 of A-Z a-z 0-9 . _ / : -' },
});

const otherwise = z.union([z.enum(['refuse', 'fail']), z.strictObject({ answer: json })]);

/** A question to a person, as a workflow gives it; its durations come out as milliseconds. */
export const personStep = z
  .strictObject({
    name: stepName,
    title: z.string().trim().min(1).max(300),
    body: z.string().max(20_000).optional(),
    answer: z.union([z.strictObject({ schemaName: z.string() }), jsonObject]).optional(),
    assignees,
    deadline: durationBetween(1000).default(sevenDays),
    escalate,
    otherwise: otherwise.optional(),
  } satisfies Record<keyof PrepareQuestionTask, z.ZodType>)
  .transform(({ assignees: names, deadline, escalate: escalation, ...step }) => {
    const policy: QuestionPolicy = { assignees: names, deadline, ...(escalation?.length && { escalation }) };
    return { ...step, policy };
  });
