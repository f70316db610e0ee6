import type { Perdure } from '../../client/perdure.js';
import type { PlanHandle } from '../../client/plan-handle.js';
import { newPlanInput } from '../../client/plan-input.js';
import { PerdureError } from '../../core/errors.js';
import type { Json, JsonObject } from '../../core/json.js';
import { hasEnded, type PlanDocument } from '../../core/plan.js';
import { checkPlan, parsePlan, problemLine } from '../../plan/index.js';
import { withPerdure } from '../client.js';
import type { CommandContext } from '../context.js';
import { exits } from '../exit-codes.js';
import { isJsonObject, readJson } from '../json-file.js';
import { harmless } from '../output.js';
import { pairs } from '../pairs.js';
import { readPlanFile } from '../plan-file.js';
import { describePlan, planLine } from '../plan-text.js';
import { openQuestions, tellPlanOutcome, waitForPlan } from '../plan-waiting.js';
import { describeQuestion } from '../run-text.js';

/** What `perdure plan check` is given. */
export interface PlanCheckOptions {
  file: string;
}

/** Tells everything that is wrong with a plan, by line; starts nothing, and needs no server. */
export async function planCheck(context: CommandContext, { file }: PlanCheckOptions): Promise<number> {
  const { output } = context;
  const checked = checkPlan(await readPlanFile(context, file), file);
  if (checked.ok) {
    const { name, steps } = checked.plan;
    output.say(`${file}: ${steps.length} step${steps.length === 1 ? '' : 's'}, nothing is wrong.`);
    output.data({ ok: true, file, ...(name !== undefined && { name }), steps: steps.length });
    return exits.done;
  }
  const { problems } = checked;
  for (const problem of problems) {
    output.say(harmless(problemLine(problem)));
    if (problem.hint !== undefined) output.say(`    ${output.paint('cyan', 'hint:')} ${harmless(problem.hint)}`);
  }
  output.note(`${problems.length} problem${problems.length === 1 ? '' : 's'}. Nothing was started.`);
  output.data({ ok: false, file, problems });
  return exits.badInput;
}

/** What `perdure plan run` is given. */
export interface PlanRunOptions {
  file: string;
  key: string;
  inputs?: string;
  input?: string[];
  schedule?: string;
  wait: boolean;
}

/** Starts a plan, or finds the one that has its key, and waits for its end; or has Temporal start it by a schedule. */
export async function planRun(context: CommandContext, options: PlanRunOptions): Promise<number> {
  const { file, key, schedule } = options;
  const text = await readPlanFile(context, file);
  const inputs = await inputsOf(context, options, parsePlan(text, file));
  const start = { key, plan: text, inputs, file };
  // Told before anything is connected to, so that it does not depend on a server.
  newPlanInput(start, { deployment: () => 'check', taskQueue: 'check' });
  return withPerdure(context, async (perdure) => {
    if (schedule !== undefined)
      return tellSchedule(context, await perdure.schedulePlan({ ...start, cron: schedule }), schedule);
    const handle = await perdure.startPlan(start);
    if (!options.wait) return tellStanding(context, perdure, handle);
    const outcome = await waitForPlan(context, perdure, handle);
    return outcome ? tellPlanOutcome(context, outcome) : exits.interrupted;
  });
}

async function inputsOf(
  context: CommandContext,
  { inputs, input = [] }: PlanRunOptions,
  plan: PlanDocument,
): Promise<JsonObject> {
  const whole: Json = inputs === undefined ? {} : await readJson(context, inputs, '--inputs');
  if (!isJsonObject(whole)) throw new PerdureError({ code: 'bad-input', message: 'The inputs must be a JSON object.' });
  const single = Object.entries(pairs(input, '--input')).map(([name, text]) => [name, typed(plan, name, text)]);
  return { ...whole, ...Object.fromEntries(single) } as JsonObject;
}

/** A text of the command line as what the plan wants it to be; what does not fit is told by the check. */
function typed({ inputs }: PlanDocument, name: string, text: string): Json {
  const properties = inputs?.properties;
  const schema =
    typeof properties === 'object' && properties !== null ? (Reflect.get(properties, name) as Json) : undefined;
  const type = typeof schema === 'object' && schema !== null && 'type' in schema ? schema.type : 'string';
  if (type === 'string' || (Array.isArray(type) && type.includes('string'))) return text;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

function tellSchedule({ output }: CommandContext, scheduleId: string, cron: string): number {
  output.say(`Started at '${cron}' (UTC where nothing else is said) by the schedule '${scheduleId}'.`);
  output.note('Each start is a plan of its own: its key has the time added.');
  output.data({ scheduleId, cron });
  return exits.done;
}

async function tellStanding(context: CommandContext, perdure: Perdure, handle: PlanHandle): Promise<number> {
  const report = await handle.status();
  if (hasEnded(report.status)) return tellPlanOutcome(context, await handle.outcome());
  const { output } = context;
  output.note(`${handle.key} is ${planLine(report)}. See it: npx perdure plan show ${handle.key} --watch`);
  output.data(report);
  return (await openQuestions(perdure, handle)).length > 0 ? exits.waiting : exits.done;
}

/** What `perdure plan show` is given. */
export interface PlanShowOptions {
  key: string;
  watch?: boolean;
}

/** Shows how a plan stands or ended; its own state is no failure of the command. */
export function planShow(context: CommandContext, { key, watch }: PlanShowOptions): Promise<number> {
  const { output } = context;
  return withPerdure(context, async (perdure) => {
    const handle = perdure.getPlan(key);
    let report = await handle.status();
    if (watch && !hasEnded(report.status)) {
      if (!(await waitForPlan(context, perdure, handle))) return exits.interrupted;
      report = await handle.status();
    }
    if (hasEnded(report.status)) {
      const outcome = await handle.outcome();
      output.say(describePlan(output, report, outcome).join('\n'));
      output.data({ ...report, outcome });
      return exits.done;
    }
    output.say(describePlan(output, report).join('\n'));
    const questions = await openQuestions(perdure, handle);
    for (const question of questions) {
      output.say(describeQuestion(question, (look, text) => output.paint(look, text)).join('\n'));
    }
    output.data({ ...report, questions });
    return exits.done;
  });
}

/** What `perdure plan stop` is given. */
export interface PlanStopOptions {
  key: string;
  wait: boolean;
  unschedule?: boolean;
}

/** Stops a plan and what it has under way, or ends its schedule. */
export function planStop(context: CommandContext, { key, wait, unschedule }: PlanStopOptions): Promise<number> {
  const { output } = context;
  return withPerdure(context, async (perdure) => {
    if (unschedule) {
      const removed = await perdure.unschedulePlan(key);
      output.say(removed ? 'The schedule is gone. Plans that it has started go on.' : 'There was no schedule.');
      output.data({ removed });
      return exits.done;
    }
    const handle = perdure.getPlan(key);
    const { status } = await handle.status();
    if (!hasEnded(status)) await handle.cancel();
    if (!wait) {
      output.note(hasEnded(status) ? `${key} is ${status}.` : `${key} is being stopped.`);
      output.data({ key, status, cancelling: !hasEnded(status) });
      return exits.done;
    }
    const outcome = await waitForPlan(context, perdure, handle);
    if (!outcome) return exits.interrupted;
    output.note(`${key} is ${outcome.status}.`);
    output.data(outcome);
    return exits.done;
  });
}
