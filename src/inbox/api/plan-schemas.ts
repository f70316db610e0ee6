import { z } from '@hono/zod-openapi';
import { question } from './schemas.js';

const planKey = z
  .string()
  .regex(/^[A-Za-z0-9._/:-]{1,80}$/)
  .openapi({ description: 'The same key is the same plan.', example: 'invoices-2026-11' });
const instant = z.string().openapi({ format: 'date-time' });

/** The key of a plan in an address. */
export const planKeyParam = z.object({
  key: z
    .string()
    .regex(/^[A-Za-z0-9._/:-]{1,180}$/)
    .openapi({
      param: { name: 'key', in: 'path', description: 'Encoded as `encodeURIComponent` does: a slash is `%2F`.' },
    }),
});

/** What a plan is started with. */
export const planBody = z
  .strictObject({
    key: planKey,
    plan: z.union([z.string(), z.record(z.string(), z.unknown())]).openapi({
      description: 'The document as an object, or its text as YAML or JSON. Its schema is docs/plan.schema.json.',
    }),
    inputs: z.record(z.string(), z.unknown()).optional().openapi({ description: 'What fits the inputs of the plan.' }),
  })
  .openapi('PlanStart');

/** How a plan stands, or how it ended. */
export const planReport = z
  .object({
    plan: z.looseObject({
      key: z.string(),
      status: z.enum(['running', 'waiting-for-person', 'completed', 'failed', 'cancelled']),
      steps: z.array(
        z.looseObject({ name: z.string(), kind: z.enum(['agent', 'approval', 'wait']), status: z.string() }),
      ),
      startedAt: instant,
    }),
    outcome: z.looseObject({ status: z.enum(['completed', 'failed', 'cancelled']), endedAt: instant }).optional(),
    questions: z.array(question).optional().openapi({ description: 'Those that the plan itself waits with.' }),
  })
  .openapi('Plan');

/** Whether a plan is being stopped. */
export const planCancelled = z
  .object({ key: z.string(), status: z.string(), cancelling: z.boolean() })
  .openapi('PlanCancelled');
