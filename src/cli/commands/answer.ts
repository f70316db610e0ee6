import type { Perdure } from '../../client/perdure.js';
import { PerdureError } from '../../core/errors.js';
import type { Json, JsonObject } from '../../core/json.js';
import { keyOfWorkflowId } from '../../core/names.js';
import { type AnswerForm, type Question, type QuestionField, workflowOfQuestion } from '../../core/question.js';
import { withPerdure } from '../client.js';
import type { CommandContext } from '../context.js';
import { exits } from '../exit-codes.js';
import { tellError } from '../failure.js';
import type { Output } from '../output.js';
import { pairs } from '../pairs.js';
import { userName } from '../user-name.js';

/** What `perdure answer` is given. */
export interface AnswerCommandOptions {
  id: string;
  text?: string;
  yes?: boolean;
  no?: boolean;
  /** The answer where it is a text, else only the wish for JSON on stdout. */
  json?: string | boolean;
  field?: string[];
  by?: string;
}

const ways = '--text, --yes, --no, --json VALUE or --field NAME=VALUE';

/** Answers a question; an answer that is refused is a failure, with its reason. */
export function answer(context: CommandContext, options: AnswerCommandOptions): Promise<number> {
  const { output, env } = context;
  const given = givenAnswers(options);
  const [value] = given;
  if (value === undefined || given.length > 1) throw badInput(`Give the answer by exactly one of ${ways}.`);
  return withPerdure(context, async (perdure) => {
    const converted = options.field ? await typed(perdure, options.id, pairs(options.field, '--field')) : value;
    const by = options.by ?? userName(env);
    const verdict = await perdure.answer(options.id, converted, { by, channel: 'cli' });
    output.data(verdict);
    if (!verdict.accepted) return tellRefused(output, verdict.reason, await findQuestion(perdure, options.id));
    output.say(takenText(by, verdict));
    return exits.done;
  });
}

/** An answer that is refused while its question stays open was of the wrong form. */
function tellRefused(output: Output, message: string, question: Question | undefined): number {
  const open = question?.state === 'open';
  const hint = open ? `It is answered by ${wayOf(question.form)}.` : 'See what is open with: npx perdure questions';
  tellError(output, { message, hint });
  return open ? exits.badInput : exits.failed;
}

function wayOf(form: AnswerForm): string {
  if (form.kind === 'text') return "--text '…'";
  if (form.kind === 'confirm') return '--yes or --no';
  return form.fields.map(({ name }) => `--field ${name}=…`).join(' ');
}

function takenText(by: string, { pending }: { pending?: true }): string {
  if (!pending) return `The answer was taken, as ${by}'s.`;
  return `The answer was received as ${by}'s, and is not yet applied: no worker is there to take it.`;
}

function givenAnswers({ text, yes, no, json, field }: AnswerCommandOptions): Json[] {
  return [
    ...(text === undefined ? [] : [text]),
    ...(yes ? [true] : []),
    ...(no ? [false] : []),
    ...(typeof json === 'string' ? [parseJson(json)] : []),
    ...(field ? [pairs(field, '--field')] : []),
  ];
}

function parseJson(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (cause) {
    throw badInput(`The value of --json is not JSON${cause instanceof Error ? `: ${cause.message}` : ''}.`);
  }
}

/** The texts of a command line in the types that the question's form wants. */
async function typed(perdure: Perdure, id: string, texts: Record<string, string>): Promise<JsonObject> {
  const form = (await findQuestion(perdure, id))?.form;
  const fields = form?.kind === 'fields' ? form.fields : [];
  return Object.fromEntries(
    Object.entries(texts).map(([name, text]) => [
      name,
      convert(
        fields.find((field) => field.name === name),
        text,
      ),
    ]),
  );
}

async function findQuestion(perdure: Perdure, id: string): Promise<Question | undefined> {
  const key = keyOfWorkflowId(workflowOfQuestion(id) ?? '');
  const questions = key === undefined ? [] : await perdure.get(key).questions();
  return questions.find((question) => question.id === id);
}

function convert(field: QuestionField | undefined, text: string): Json {
  if (field?.type === 'boolean' && /^(true|yes|false|no)$/.test(text)) return /^(true|yes)$/.test(text);
  if (field?.type === 'number' && text.trim() !== '' && Number.isFinite(Number(text))) return Number(text);
  return text;
}

function badInput(message: string): PerdureError {
  return new PerdureError({ code: 'bad-input', message, hint: 'npx perdure questions shows how to answer each.' });
}
