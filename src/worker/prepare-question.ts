import type { StartContext } from '../client/run-input.js';
import { refuseAnswer } from '../core/answer-form.js';
import { PerdureError } from '../core/errors.js';
import { scalePolicy } from '../core/escalation.js';
import type { Json, JsonObject } from '../core/json.js';
import type { PreparedQuestion, PrepareQuestionTask } from '../core/person-step.js';
import type { AnswerForm } from '../core/question.js';
import { formOfSchema } from '../schemas/answer-schema.js';
import { parse } from '../schemas/parse.js';
import { personStep } from '../schemas/person-step.js';
import { findSchema, isNamed, type NamedSchemas } from './prepare-run.js';

/** Makes the check of a workflow's question: its fields, and the schema that its answer has. */
export function prepareQuestion(
  schemas: NamedSchemas,
  context: StartContext,
): (task: PrepareQuestionTask) => PreparedQuestion {
  return (task) => {
    const { answer, policy, otherwise } = parse(personStep, task, `the question '${task.name}'`);
    const form: AnswerForm = answer ? formOf(answer, task.name, schemas) : { kind: 'confirm' };
    const preset = defaultOf(form, otherwise ?? (refusalOf(form) === undefined ? 'fail' : 'refuse'));
    return {
      form,
      policy: scalePolicy(policy, context.timeScale ?? 1),
      ...(preset !== undefined && { otherwise: { answer: preset } }),
      deployment: context.deployment(),
      taskQueue: context.taskQueue,
    };
  };
}

function formOf(answer: { schemaName: string } | JsonObject, name: string, schemas: NamedSchemas): AnswerForm {
  return isNamed(answer)
    ? formOfSchema(answer.schemaName, findSchema(schemas, answer.schemaName))
    : formOfSchema(`the answer of ${name}`, answer);
}

/** What is answered when nobody does; undefined where the step is to fail. */
function defaultOf(form: AnswerForm, otherwise: 'refuse' | 'fail' | { answer: Json }): Json | undefined {
  if (otherwise === 'fail') return undefined;
  if (otherwise === 'refuse') {
    const refusal = refusalOf(form);
    if (refusal === undefined) throw misfit("'refuse' needs a field 'approved' that is true or false");
    return refusal;
  }
  const answer = form.kind === 'confirm' ? (approvedOf(otherwise.answer) ?? otherwise.answer) : otherwise.answer;
  const reason = refuseAnswer(form, answer);
  if (reason !== undefined) throw misfit(`its answer does not fit: ${reason}`);
  return answer;
}

/** The answer that says no, where a form can say it. */
function refusalOf(form: AnswerForm): Json | undefined {
  if (form.kind === 'confirm') return false;
  const says =
    form.kind === 'fields' && form.fields.some(({ name, type }) => name === 'approved' && type === 'boolean');
  return says ? { approved: false } : undefined;
}

function approvedOf(answer: Json): Json | undefined {
  return typeof answer === 'object' && answer !== null && !Array.isArray(answer) ? answer.approved : undefined;
}

function misfit(why: string): PerdureError {
  return new PerdureError({
    code: 'bad-input',
    message: `What is to follow when nobody answers (otherwise) can't be done: ${why.replace(/\.$/, '')}.`,
    hint: "Say otherwise: 'fail', or otherwise: { answer: … } with an answer that fits.",
  });
}
