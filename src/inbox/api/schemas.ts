import { z } from '@hono/zod-openapi';
import { endpointNames } from '../../core/endpoints.js';
import { runStatuses } from '../../core/run.js';

const instant = z.string().openapi({ format: 'date-time' });
const duration = z.union([z.int().min(1), z.string().max(100)]).openapi({ example: '2h' });
const keyText = z
  .string()
  .regex(/^[A-Za-z0-9._/:-]{1,180}$/)
  .openapi({ description: 'The same key is the same run.', example: 'invoice-4711' });
const personName = z.string().regex(/^[^\p{C}]{1,200}$/u);

const planProblem = z
  .object({
    path: z.string().openapi({ description: 'Where, as it is written in code; empty for the whole.' }),
    reason: z.string(),
    hint: z.string().optional(),
    line: z.int().optional().openapi({ description: 'Where the plan was sent as a text.' }),
    column: z.int().optional(),
  })
  .openapi('PlanProblem');

/** What went wrong. */
export const errorBody = z
  .object({
    error: z.object({
      code: z.string().openapi({ description: 'Stable; docs/errors has a page for each.' }),
      message: z.string(),
      hint: z.string().optional(),
      problems: z.array(planProblem).optional().openapi({ description: 'Of a plan: all that is wrong with it.' }),
    }),
  })
  .openapi('Error');

/** The key of a run in an address. */
export const keyParam = z.object({
  key: keyText.openapi({
    param: { name: 'key', in: 'path', description: 'Encoded as `encodeURIComponent` does: a slash is `%2F`.' },
  }),
});

/** The id of a question in an address. */
export const idParam = z.object({
  id: z
    .string()
    .min(3)
    .max(2000)
    .openapi({ param: { name: 'id', in: 'path', description: 'Encoded as `encodeURIComponent` does.' } }),
});

/** What a run is started with: `StartOptions`, as JSON. */
export const startBody = z
  .strictObject({
    key: keyText,
    agent: z.strictObject({
      endpoint: z.enum(endpointNames),
      input: z.record(z.string(), z.unknown()).openapi({
        description: 'The provider\'s own fields. `{"$secret":"NAME"}` stands for a secret of the worker\'s.',
      }),
    }),
    account: z.string().max(200).optional(),
    result: z.record(z.string(), z.unknown()).optional().openapi({ description: 'JSON Schema of the result.' }),
    effect: z.enum(['read', 'write']).optional(),
    onUnknownStart: z.enum(['again', 'ask', 'fail']).optional(),
    deadline: duration.optional(),
    timings: z.record(z.string(), z.unknown()).optional(),
    resultBytes: z.int().min(1).optional(),
    priority: z.record(z.string(), z.unknown()).optional(),
    questions: z.record(z.string(), z.unknown()).optional(),
  })
  .openapi('Start');

/** Says which run it is, whether it was started now or before. */
export const startedBody = z
  .object({ key: z.string(), workflowId: z.string(), href: z.string().openapi({ description: 'Where it is shown.' }) })
  .openapi('Started');

/** One line of the list. */
const runSummary = z
  .object({
    key: z.string(),
    endpoint: z.enum(endpointNames),
    account: z.string(),
    status: z.enum(runStatuses),
    startedAt: instant,
    endedAt: instant.optional(),
    batch: z.string().optional().openapi({ description: 'Key of the batch that it is an item of.' }),
    plan: z.string().optional().openapi({ description: 'Key of the plan that it is a step of.' }),
  })
  .openapi('RunSummary');

/** Which part of a list. */
export const partQuery = {
  prefix: z.string().min(1).max(180).optional().openapi({ description: 'The beginning of the key.' }),
  limit: z.coerce.number().int().min(1).max(200).default(50).openapi({ type: 'integer' }),
  page: z.coerce.number().int().min(1).max(200).default(1).openapi({ type: 'integer' }),
};

/** Which runs. */
export const runsQuery = z.strictObject({
  status: z.enum(runStatuses).optional(),
  endpoint: z.enum(endpointNames).optional(),
  account: z.string().min(1).max(200).optional(),
  ...partQuery,
});

export const runList = z.object({ runs: z.array(runSummary), more: z.boolean() }).openapi('Runs');

const field = z.looseObject({
  name: z.string(),
  label: z.string(),
  description: z.string().optional(),
  required: z.boolean(),
  type: z.enum(['text', 'number', 'url', 'email', 'password', 'boolean']),
  options: z.array(z.string()).optional(),
});

const form = z.union([
  z.object({ kind: z.enum(['text', 'confirm']) }),
  z.object({ kind: z.literal('fields'), fields: z.array(field) }),
]);

/** A question, as people see it. */
export const question = z
  .looseObject({
    id: z.string(),
    key: z.string().openapi({ description: 'Key of the run, or id of the workflow that asks.' }),
    title: z.string(),
    message: z.string(),
    form,
    direct: z.literal(true).optional(),
    state: z.enum(['open', 'claimed', 'answered', 'applied', 'gone', 'expired', 'unknown']),
    assignees: z.array(z.string()),
    askedAt: instant,
    deadline: instant.optional(),
    by: z.string().optional(),
    channel: z.string().optional(),
    answeredAt: instant.optional(),
  })
  .openapi('Question');

/** Whose questions. */
export const questionsQuery = z.strictObject({ assignee: personName.optional() });

export const questionList = z
  .object({
    questions: z.array(question),
    silent: z
      .array(z.string())
      .optional()
      .openapi({ description: 'Ids of workflows that wait for a person and whose workers did not tell with what.' }),
  })
  .openapi('Questions');

/** An answer. */
export const answerBody = z
  .strictObject({
    answer: z.unknown().openapi({ description: "A text, true or false, or an object of the form's fields." }),
    by: personName.optional().openapi({ description: 'On whose behalf; only for services.' }),
    decisionId: z
      .string()
      .regex(/^[A-Za-z0-9._:-]{1,100}$/)
      .optional()
      .openapi({ description: 'The same id twice is the same answer. Made when left out.' }),
    askedAt: z.iso.datetime().optional().openapi({
      description: "The question's `askedAt`, as it was read: a later one of the same id is then not answered.",
    }),
  })
  .openapi('Answer');

export const verdictBody = z
  .object({
    accepted: z.literal(true),
    pending: z.literal(true).optional().openapi({ description: 'Received, and not yet applied.' }),
  })
  .openapi('Verdict');

/** All that is known of a run. */
export const runBody = z
  .object({
    run: z.looseObject({
      key: z.string(),
      endpoint: z.enum(endpointNames),
      status: z.enum(runStatuses),
      startedAt: instant,
    }),
    outcome: z.looseObject({ status: z.enum(runStatuses), endedAt: instant }).optional(),
    questions: z.array(question).optional().openapi({ description: 'Left out while no worker can tell.' }),
    cost: z
      .number()
      .optional()
      .openapi({ description: 'Of an ended run, by the configured prices, as far as its provider says what it used.' }),
  })
  .openapi('Run');

export const cancelBody = z
  .object({ key: z.string(), status: z.enum(runStatuses), cancelling: z.boolean() })
  .openapi('Cancelled');

/** Whether a browser is taken over or handed back. */
export const takeoverBody = z.strictObject({ hold: z.boolean() }).openapi('Takeover');

export const takeoverReply = z.object({ hold: z.boolean(), message: z.string() }).openapi('TakenOver');
