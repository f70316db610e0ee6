import { z } from 'zod';
import type { QuestionPolicy } from '../core/run.js';
import { durationBetween } from './duration.js';

const reader = z.string().regex(/^[^\p{C}]{1,200}$/u, { error: 'a name of 1 to 200 printable characters' });
const readers = z.array(reader).max(100);

/** Names of people or groups who may answer. */
export const assignees = readers.default([]);

/** How long a person has. */
const personDeadline = durationBetween(1000).optional();

/** Who is told next; comes out sorted, as milliseconds. */
export const escalate = z
  .array(z.strictObject({ after: durationBetween(1000), to: readers.min(1) }))
  .max(20)
  .transform((rungs) => rungs.toSorted((a, b) => a.after - b.after))
  .optional();

/** Who answers an agent's questions, and until when. */
export const questionPolicy = z
  .strictObject({ assignees, deadline: personDeadline, escalate, direct: z.boolean().optional() })
  .transform(
    ({ assignees: names, deadline, escalate: escalation, direct }): QuestionPolicy => ({
      assignees: names,
      ...(deadline !== undefined && { deadline }),
      ...(escalation && escalation.length > 0 && { escalation }),
      ...(direct && { direct }),
    }),
  );
