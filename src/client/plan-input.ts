import { Ajv2020 } from 'ajv/dist/2020.js';
import * as formats from 'ajv-formats';
import { PerdureError } from '../core/errors.js';
import type { JsonObject } from '../core/json.js';
import { isPlanKey, type PlanDocument, type PlanInput } from '../core/plan.js';
import { PlanError, parsePlan } from '../plan/index.js';
import { sentObject } from '../schemas/json.js';
import { formatBytes, jsonBytes } from '../schemas/limits.js';
import { parse } from '../schemas/parse.js';
import type { StartContext } from './run-input.js';

/** What a plan is started with. */
export interface PlanOptions {
  /** The same key is the same plan: 1 to 80 of `A-Za-z0-9._/:-`. */
  key: string;
  /** The document: its text, as YAML or JSON, or the object that it stands for. */
  plan: string | object;
  /** What fits the schema `inputs` of the plan. Default: nothing. */
  inputs?: JsonObject;
  /** Of the document, for messages. */
  file?: string;
}

const mostInputBytes = 262_144;

/** Checks a plan and what it is started with. Throws `bad-input`; for a plan with all that is wrong and where. */
export function newPlanInput(options: PlanOptions, { deployment, timeScale = 1 }: StartContext): PlanInput {
  const plan = parsePlan(options.plan, options.file);
  if (typeof options.key !== 'string' || !isPlanKey(options.key)) {
    throw new PerdureError({
      code: 'bad-input',
      message: `'${String(options.key).slice(0, 100)}' can't be the key of a plan; expected 1 to 80 of A-Z a-z 0-9 . _ / : -`,
      hint: 'The same key gives the same plan: make it of what the plan is about, such as `invoices-2026-11`.',
    });
  }
  const inputs = checkedInputs(plan, options.inputs ?? {});
  return { version: 1, deployment: deployment(), plan, inputs, ...(timeScale !== 1 && { scale: timeScale }) };
}

/** The inputs with the defaults of their schema filled in. */
function checkedInputs({ inputs: schema }: PlanDocument, given: JsonObject): JsonObject {
  const inputs = structuredClone(parse(sentObject, given, 'the inputs'));
  if (jsonBytes(inputs) > mostInputBytes) {
    throw new PerdureError({
      code: 'bad-input',
      message: `The inputs have ${formatBytes(jsonBytes(inputs))} as JSON; expected at most ${formatBytes(mostInputBytes)}.`,
      hint: 'Many inputs are a batch: npx perdure batch run.',
    });
  }
  if (!schema) {
    if (Object.keys(inputs).length === 0) return inputs;
    throw new PlanError(
      [{ path: 'inputs', reason: 'the plan takes no inputs, and some are given' }],
      'What the plan is started with',
    );
  }
  const ajv = new Ajv2020({ strict: false, logger: false, useDefaults: true, allErrors: true });
  formats.default.default(ajv);
  if (ajv.validate(schema, inputs)) return inputs;
  const problems = (ajv.errors ?? []).map(({ instancePath, message = 'does not fit', params, keyword }) => {
    const path = `inputs${instancePath.replaceAll(/\/(\d+)/g, '[$1]').replaceAll('/', '.')}`;
    const extra = keyword === 'additionalProperties' ? ` ('${String(params.additionalProperty)}')` : '';
    return { path, reason: `${message}${extra}` };
  });
  throw new PlanError(problems, 'What the plan is started with');
}
