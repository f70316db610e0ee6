import { z } from 'zod';
import type { RunPriority } from '../core/admission.js';
import type { AgentSpec } from '../core/builders.js';
import { providerOf } from '../core/endpoints.js';
import type { JsonObject } from '../core/json.js';
import { defaultAccount, isKey } from '../core/names.js';
import type { Effect, OnUnknownStart, QuestionPolicy } from '../core/run.js';
import type { Timings } from '../core/timings.js';
import { accountName } from './account.js';
import { agent } from './agent.js';
import { durationBetween } from './duration.js';
import { refuseSchema, resultSchema } from './json-schema.js';
import { defaultResultBytes, resultBytes } from './limits.js';
import { questionPolicy } from './question-policy.js';
import { differs, schemaOf, twoSchemas, withResultSchema } from './result-schema.js';
import { timings, timingsOf } from './timings.js';

/** What a run is started with, checked and with every default filled in. */
export interface CheckedStart {
  key: string;
  account: string;
  /** With the schema of the wanted result in its own field. */
  agent: AgentSpec;
  effect: Effect;
  onUnknownStart: OnUnknownStart;
  /** JSON Schema that the result has to fit: `result`, or else the agent's own. */
  resultSchema?: JsonObject;
  timings: Timings;
  resultBytes: number;
  priority?: RunPriority;
  questions?: QuestionPolicy;
  /** Milliseconds. */
  refusedFor?: number;
}

const key = z.custom<string>((value) => typeof value === 'string' && isKey(value), {
  params: {
    expected: '1 to 180 of A-Z a-z 0-9 . _ / : -',
    hint: 'The same key gives the same run: make it of what the run is about, such as `invoice-4711`.',
  },
});

const priority = z.strictObject({
  priorityKey: z.int().min(1).max(5).optional(),
  fairnessKey: z
    .string()
    .refine((text) => Buffer.byteLength(text) <= 64, { params: { expected: 'at most 64 bytes' } })
    .optional(),
  fairnessWeight: z.number().min(0.001).max(1000).optional(),
}) satisfies z.ZodType<RunPriority>;

const fields = z.strictObject({
  key,
  account: accountName.optional(),
  agent,
  result: resultSchema.optional(),
  effect: z.enum(['read', 'write']).default('write'),
  onUnknownStart: z.enum(['again', 'ask', 'fail']).optional(),
  deadline: durationBetween(1000).optional(),
  timings: timings.optional(),
  resultBytes: resultBytes.default(defaultResultBytes),
  priority: priority.optional(),
  questions: questionPolicy.optional(),
  refusedFor: durationBetween(1).optional(),
});

type Fields = z.output<typeof fields>;

/** The options of `start`; they come out as {@link CheckedStart}. */
export const startOptions = fields.superRefine(checkTogether).transform((options): CheckedStart => {
  const { result, deadline, timings: given, account, ...rest } = options;
  return {
    ...rest,
    onUnknownStart: options.onUnknownStart ?? (rest.effect === 'read' ? 'again' : 'ask'),
    account: account ?? defaultAccount(rest.agent.endpoint),
    agent: result ? withResultSchema(rest.agent, result) : rest.agent,
    resultSchema: result ?? schemaOf(rest.agent),
    timings: timingsOf(given, deadline),
  };
});

function checkTogether(options: Fields, context: z.RefinementCtx): void {
  const { account, result, agent: spec } = options;
  const provider = providerOf(spec.endpoint);
  if (account !== undefined && !account.startsWith(`${provider}/`)) {
    const params = { expected: `an account of ${provider}, such as ${defaultAccount(spec.endpoint)}` };
    context.addIssue({ code: 'custom', path: ['account'], params });
  }
  if (options.effect === 'write' && options.onUnknownStart === 'again') {
    const params = {
      expected: "'ask' or 'fail', since the effect is a write",
      hint: "A write is never done a second time without proof. Where doing it twice does no harm, say effect: 'read'.",
    };
    context.addIssue({ code: 'custom', path: ['onUnknownStart'], params });
  }
  const own = schemaOf(spec);
  const fault = own && refuseSchema(own);
  if (fault) {
    const field = spec.endpoint === 'browserbase.agentRun' ? 'resultSchema' : 'output_schema';
    context.addIssue({ code: 'custom', path: ['agent', 'input', field], params: { ...fault } });
  }
  if (result && differs(spec, result)) {
    const params = { expected: "the same schema as the agent's own", hint: twoSchemas };
    context.addIssue({ code: 'custom', path: ['result'], params });
  }
}
