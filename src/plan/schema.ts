import { z } from 'zod';
import { budgetKinds } from '../core/budget.js';
import { endpointNames } from '../core/endpoints.js';
import { mostPlanItems, mostPlanSteps, type PlanDocument } from '../core/plan.js';
import { amounts } from '../schemas/budget.js';

const stepNamePattern = /^[A-Za-z][A-Za-z0-9_-]{0,49}$/;
const nameExpected = '1 to 50 of A-Z a-z 0-9 _ -, beginning with a letter';

const duration = z
  .union([z.int().min(1), z.string().min(1).max(200)])
  .describe("Milliseconds, or a text such as '90s', '2h', '3 days'.");
const text = z.string();
const names = z.array(z.string()).describe('Names of people or groups. Default: everybody.');
const jsonSchema = z.record(z.string(), z.unknown());
const positive = z.number().positive();

const target = z
  .strictObject({
    endpoint: z.enum(endpointNames),
    input: z
      .record(z.string(), z.unknown())
      .describe("The provider's own fields, as the builder in code takes them. A secret is {$secret: NAME}."),
    account: text.optional().describe("<provider>/<name>. Default: the provider's default account."),
  })
  .describe('An agent to run.');

const escalate = z
  .array(z.strictObject({ after: duration, to: z.array(z.string()) }))
  .describe('Who is told next, and may answer from then on, when nobody has answered for so long.');

const approval = z
  .strictObject({
    title: text.describe('One line: what is to be decided.'),
    body: text.optional().describe('What the person has to know.'),
    assignees: names.optional(),
    deadline: duration.optional().describe('Default 7 days.'),
    escalate: escalate.optional(),
    otherwise: z.enum(['refuse', 'fail']).optional().describe('What follows when nobody answers. Default: refuse.'),
  })
  .describe('A question to a person, answered by yes or no. A refusal is a failure of the step.');

const questions = z
  .strictObject({
    assignees: names.optional(),
    deadline: duration.optional(),
    escalate: escalate.optional(),
    direct: z.boolean().optional(),
  })
  .describe("Who answers the agent's questions, and until when.");

const priority = z.strictObject({
  priorityKey: z.int().min(1).max(5).optional(),
  fairnessKey: z.string().optional(),
  fairnessWeight: z.number().optional(),
});

/** The fields of a step that only an agent's has. */
export const agentFields = [
  'result',
  'effect',
  'onUnknownStart',
  'deadline',
  'failOverAfter',
  'resultBytes',
  'questions',
  'priority',
  'reserve',
] as const;

const step = z.strictObject({
  name: z
    .string()
    .regex(stepNamePattern, { error: nameExpected })
    .describe("Unlike any other step's; references name the step by it."),
  agent: z
    .union([target, z.array(target).min(1).max(10)])
    .optional()
    .describe('One agent, or several in order: the next is tried where the one before could not do it.'),
  approval: approval.optional(),
  wait: z
    .union([duration, z.strictObject({ until: text })])
    .optional()
    .describe("For so long, or {until: '2026-11-22T06:00:00Z'}."),
  forEach: z
    .union([z.string(), z.array(z.unknown()).max(mostPlanItems)])
    .optional()
    .describe('A list, or a reference to one. The step is done for each ${item}; its result is the list of theirs.'),
  atOnce: z.int().min(1).max(100).optional().describe('Items that go on at once. Default 5.'),
  onFailure: z.enum(['stop', 'continue']).optional().describe('Default: stop.'),
  result: jsonSchema.optional().describe("JSON Schema that the agent's result has to fit."),
  effect: z
    .enum(['read', 'write'])
    .optional()
    .describe('Whether doing it twice would matter. Default: write, which is never done again without proof.'),
  onUnknownStart: z.enum(['again', 'ask', 'fail']).optional(),
  deadline: duration.optional().describe('Of the run. Default 1 hour.'),
  failOverAfter: duration
    .optional()
    .describe('How long a target may refuse before the next is tried. Default 1 minute.'),
  resultBytes: z.int().min(1).optional(),
  questions: questions.optional(),
  priority: priority.optional(),
  reserve: amounts.optional().describe('The most that it may use up, where the plan has a budget.'),
});

const budget = z
  .strictObject({
    money: positive.optional(),
    steps: positive.optional(),
    minutes: positive.optional(),
    runs: positive.optional(),
    raise: z
      .strictObject({ assignees: names.optional(), deadline: duration.optional() })
      .optional()
      .describe('Who is asked to raise it.'),
  })
  .refine(({ raise: _, ...kinds }) => Object.keys(kinds).length > 0, { error: `one of ${budgetKinds.join(', ')}` })
  .describe('What all runs of the plan may use up together.');

/** The shape of a plan; what its steps say is checked beyond it by `checkPlan`. */
export const planSchema = z
  .strictObject({
    name: z.string().min(1).max(200).optional(),
    description: z.string().max(10_000).optional(),
    inputs: jsonSchema.optional().describe('JSON Schema of what the plan is started with.'),
    steps: z.array(step).min(1).max(mostPlanSteps),
    budget: budget.optional(),
    output: z.unknown().optional().describe('What the plan gives when it has completed; references may stand in it.'),
  })
  .describe('A plan of Perdure: steps in order.');

/** The JSON Schema of plans, for editors. */
export function planJsonSchema(): object {
  return {
    ...z.toJSONSchema(planSchema, { io: 'input' }),
    title: 'Perdure plan',
  };
}

/** A plan that fits its schema, as the type that workflows use. */
export function asPlan(value: z.output<typeof planSchema>): PlanDocument {
  return value as PlanDocument;
}
