import { Readable, Writable } from 'node:stream';
import { confirm, isCancel, password, select, text } from '@clack/prompts';
import { refuseAnswer } from '../core/answer-form.js';
import type { Json, JsonObject } from '../core/json.js';
import type { Question, QuestionField } from '../core/question.js';
import type { CommandContext } from './context.js';
import { harmless } from './output.js';

/** The terminal that a form is shown in. */
interface Terminal {
  input: Readable;
  output: Writable;
}

/** The terminal of a command; undefined where nobody can be asked. */
export function terminalOf({ stdin, stderr }: CommandContext): Terminal | undefined {
  if (!(stdin instanceof Readable && stderr instanceof Writable)) return undefined;
  const live = [stdin, stderr].every((stream) => 'isTTY' in stream && stream.isTTY === true);
  return live ? { input: stdin, output: stderr } : undefined;
}

/** Asks a person for the answer in the terminal; undefined when they would rather not. */
export async function askForm({ form, direct }: Question, terminal: Terminal): Promise<Json | undefined> {
  if (form.kind === 'confirm') return given(await confirm({ ...terminal, message: 'Your answer' }));
  if (form.kind === 'text') {
    const secret = direct === true;
    return given(await ask({ name: 'answer', label: 'Your answer', required: true, type: 'text' }, secret, terminal));
  }
  const answer: JsonObject = {};
  for (const field of form.fields) {
    const value = given(await ask(field, direct === true, terminal));
    if (value === undefined) return undefined;
    if (value !== '') answer[field.name] = value;
  }
  return answer;
}

function given(value: string | boolean | number | symbol): string | boolean | number | undefined {
  return typeof value === 'symbol' ? undefined : value;
}

async function ask(
  field: QuestionField,
  secret: boolean,
  terminal: Terminal,
): Promise<string | boolean | number | symbol> {
  const { type, options, defaultValue, required } = field;
  const message = labelOf(field);
  if (type === 'boolean') return confirm({ ...terminal, message, initialValue: defaultValue !== 'false' });
  if (options) {
    const choices = options.map((value) => ({ value, label: harmless(value) }));
    const none = required ? [] : [{ value: '', label: '(nothing)' }];
    return select({ ...terminal, message, options: [...choices, ...none], initialValue: defaultValue });
  }
  const validate = (value: string | undefined) => refusalOf(field, value ?? '');
  if (secret || type === 'password') return password({ ...terminal, message, validate });
  const typed = await text({
    ...terminal,
    message,
    validate,
    initialValue: defaultValue,
    placeholder: field.placeholder,
  });
  return isCancel(typed) ? typed : toType(field, typed);
}

function labelOf({ label, description, required }: QuestionField): string {
  const about = description === undefined ? '' : ` (${description})`;
  return harmless(`${label}${about}${required ? '' : ', optional'}`);
}

/** Why one field's value would be refused, in words. */
function refusalOf(field: QuestionField, value: string): string | undefined {
  const answer = value === '' ? {} : { [field.name]: toType(field, value) };
  return refuseAnswer({ kind: 'fields', fields: [field] }, answer);
}

function toType({ type }: QuestionField, value: string): string | number {
  return type === 'number' && value.trim() !== '' && Number.isFinite(Number(value)) ? Number(value) : value;
}
