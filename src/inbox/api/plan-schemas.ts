import { z } from '@hono/zod-openapi';
import { planStatuses } from '../../core/plan.js';
import { partQuery, question } from './schemas.js';

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

/** One line of the list. */
const planSummary = z
  .object({
    key: z.string(),
    name: z.string().optional(),
    steps: z.int().optional().openapi({ description: 'How many it has.' }),
    status: z.enum(planStatuses),
    startedAt: instant,
    endedAt: instant.optional(),
  })
  .openapi('PlanSummary');

/** Which plans. */
export const plansQuery = z.strictObject({ status: z.enum(planStatuses).optional(), ...partQuery });

export const planList = z.object({ plans: z.array(planSummary), more: z.boolean() }).openapi('Plans');

/** How a plan stands, or how it ended. */
export const planReport = z
  .object({
    plan: z.looseObject({
      key: z.string(),
      status: z.enum(planStatuses),
      steps: z.array(
        z.looseObject({ name: z.string(), kind: z.enum(['agent', 'approval', 'wait']), status: z.string() }),
      ),
      startedAt: instant,
    }),
    outcome: z.looseObject({ status: z.enum(['completed', 'failed', 'cancelled']), endedAt: instant }).optional(),
    questions: z
      .array(question)
      .optional()
      .openapi({ description: 'Those that it waits with, its own and those of its runs.' }),
  })
  .openapi('Plan');

/** Whether a plan is being stopped. */
export const planCancelled = z
  .object({ key: z.string(), status: z.string(), cancelling: z.boolean() })
  .openapi('PlanCancelled');
