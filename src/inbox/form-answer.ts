import type { Json, JsonObject } from '../core/json.js';
import type { AnswerForm, QuestionField } from '../core/question.js';

/** What a form's fields carry. */
export type Posted = Readonly<Record<string, unknown>>;

/** The name of a field in the page's form, apart from those of the form's own. */
export function inputName({ name }: Pick<QuestionField, 'name'>): string {
  return `field.${name}`;
}

/** Names the field that says which asking of a question its form was made for. */
export const askedAtField = 'asked';

/** The `askedAt` of the question that a form was made for; undefined where it says none. */
export function askedAtIn(posted: Posted): string | undefined {
  const given = posted[askedAtField];
  return typeof given === 'string' && given !== '' ? given : undefined;
}

/** The answer that a posted form gives; what was left empty is left out. */
export function answerOf(form: AnswerForm, posted: Posted): Json {
  if (form.kind === 'text') return textOf(posted.text);
  if (form.kind === 'confirm') return yesOrNo(textOf(posted.confirm)) ?? '';
  const answer: JsonObject = {};
  for (const field of form.fields) {
    const value = valueOf(field, textOf(posted[inputName(field)]));
    if (value !== undefined) answer[field.name] = value;
  }
  return answer;
}

function valueOf({ type }: QuestionField, text: string): Json | undefined {
  if (text === '') return undefined;
  if (type === 'boolean') return yesOrNo(text);
  // What is no number stays the text that it is, and is refused in words.
  if (type === 'number') return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text;
  return text;
}

function yesOrNo(text: string): boolean | undefined {
  return { yes: true, no: false }[text];
}

function textOf(value: unknown): string {
  // Browsers send line breaks as CR LF.
  return typeof value === 'string' ? value.replaceAll('\r\n', '\n') : '';
}
