import { randomUUID } from 'node:crypto';
import type { Perdure } from '../../client/perdure.js';
import type { Settings } from '../../client/settings.js';
import { refuseAnswer } from '../../core/answer-form.js';
import { PerdureError } from '../../core/errors.js';
import type { Json, JsonObject } from '../../core/json.js';
import type { AnswerForm, AnswerVerdict, Question, QuestionField } from '../../core/question.js';
import { answerDirectly, defaultPace } from '../../inbox/index.js';
import { askForm, terminalOf } from '../answer-form.js';
import { withPerdure } from '../client.js';
import type { CommandContext } from '../context.js';
import { exits } from '../exit-codes.js';
import { tellError } from '../failure.js';
import type { Output } from '../output.js';
import { pairs } from '../pairs.js';
import { providersOf } from '../providers.js';
import { describeQuestion } from '../run-text.js';
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
  if (given.length > 1 || (given.length === 0 && !terminalOf(context))) {
    throw badInput(`Give the answer by exactly one of ${ways}.`);
  }
  return withPerdure(context, async (perdure, settings) => {
    const question = given.length === 0 ? await perdure.question(options.id) : await findQuestion(perdure, options.id);
    const value = await valueOf(context, { options, given: given[0], question });
    if (value === undefined) return exits.interrupted;
    const terms = { by: options.by ?? userName(env), channel: 'cli' };
    const verdict = await give(context, settings, { perdure, id: options.id, question, answer: value, ...terms });
    output.data(verdict);
    if (!verdict.accepted) return tellRefused(output, verdict.reason, await findQuestion(perdure, options.id));
    output.say(takenText(terms.by, verdict));
    return exits.done;
  });
}

interface Giving {
  perdure: Perdure;
  id: string;
  question: Question | undefined;
  answer: Json;
  by: string;
  channel: string;
}

/** What may not be stored goes from this process to the provider; everything else through Temporal. */
async function give(context: CommandContext, settings: Settings, giving: Giving): Promise<AnswerVerdict> {
  const { perdure, id, question, answer: value, by, channel } = giving;
  if (!question?.direct) return perdure.answer(id, value, { by, channel, askedAt: question?.askedAt });
  const reason = refuseAnswer(question.form, value);
  if (reason !== undefined) return { accepted: false, reason };
  const providers = providersOf(context, settings);
  try {
    const means = {
      perdure,
      provider: (account: string) => providers.provider(account),
      ask: <T>(work: () => Promise<T>) => work(),
      providerMs: defaultPace.provider,
    };
    return await answerDirectly(means, { question, answer: value, by, channel, decisionId: randomUUID() });
  } finally {
    await providers.close();
  }
}

/** The answer that was given, in the types of the question's form; else what a person enters, if anything. */
async function valueOf(
  context: CommandContext,
  { options, given, question }: { options: AnswerCommandOptions; given: Json | undefined; question?: Question },
): Promise<Json | undefined> {
  if (options.field) return typed(question, pairs(options.field, '--field'));
  if (given !== undefined) return given;
  const terminal = terminalOf(context);
  if (!terminal || !question) return undefined;
  const { output } = context;
  const [first, ...rest] = describeQuestion(question, (look, text) => output.paintNote(look, text));
  output.note([first, ...rest].join('\n'));
  return askForm(question, terminal);
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
function typed(question: Question | undefined, texts: Record<string, string>): JsonObject {
  const form = question?.form;
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

/** The question, where a worker can tell it. */
async function findQuestion(perdure: Perdure, id: string): Promise<Question | undefined> {
  try {
    return await perdure.question(id);
  } catch {
    return undefined;
  }
}

function convert(field: QuestionField | undefined, text: string): Json {
  if (field?.type === 'boolean' && /^(true|yes|false|no)$/.test(text)) return /^(true|yes)$/.test(text);
  if (field?.type === 'number' && text.trim() !== '' && Number.isFinite(Number(text))) return Number(text);
  return text;
}

function badInput(message: string): PerdureError {
  return new PerdureError({ code: 'bad-input', message, hint: 'npx perdure questions shows how to answer each.' });
}
