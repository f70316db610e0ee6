import type { Json } from './json.js';
import type { AnswerForm, QuestionField } from './question.js';

/** Characters that a text of an answer has at most. */
const longestText = 20_000;

/** Why an answer does not fit a form, in words for whoever gave it; undefined when it fits. */
export function refuseAnswer(form: AnswerForm, answer: Json): string | undefined {
  switch (form.kind) {
    case 'text':
      if (typeof answer !== 'string' || answer.trim() === '') return 'The answer must be a text.';
      return tooLong('The answer', answer);
    case 'confirm':
      return typeof answer === 'boolean' ? undefined : 'The answer must be true or false.';
    case 'fields':
      return refuseFields(form.fields, answer);
  }
}

/**
 * Why an answer is too long to be kept, whichever form it has; undefined when it is not. Before anything is known of the
 * question, this is all that can be said.
 */
export function refuseSize(answer: Json): string | undefined {
  if (typeof answer === 'string') return tooLong('The answer', answer);
  if (typeof answer !== 'object' || answer === null) return undefined;
  const texts = Object.entries(answer);
  if (texts.length > mostFields) return `The answer must have at most ${mostFields} fields.`;
  // Nothing that a form asks for is nested: what is, is measured as it would be written.
  const length = (value: Json) => (typeof value === 'string' ? value : JSON.stringify(value)).length;
  return texts.some(([, value]) => length(value) > longestText) ? tooLongText('Each field of the answer') : undefined;
}

const mostFields = 200;

/** A yes or no that is given as an object says the same: `{ approved: true }`. */
export function plainAnswer(form: AnswerForm, answer: Json): Json {
  if (form.kind !== 'confirm' || typeof answer !== 'object' || answer === null || Array.isArray(answer)) return answer;
  const { approved, ...others } = answer;
  return typeof approved === 'boolean' && Object.keys(others).length === 0 ? approved : answer;
}

/** The answer with its values in the types that its form asks for; only for an answer that fits. */
export function typedAnswer(form: AnswerForm, answer: Json): Json {
  if (form.kind !== 'fields' || typeof answer !== 'object' || answer === null || Array.isArray(answer)) return answer;
  return Object.fromEntries(
    form.fields.flatMap((field) => {
      const given = answer[field.name];
      const value = isEmpty(given) ? field.defaultValue : given;
      return value === undefined || value === null ? [] : [[field.name, typedValue(field, value)]];
    }),
  );
}

function typedValue({ type }: QuestionField, value: Json): Json {
  if (type === 'number' && typeof value === 'string') return Number(value);
  return type === 'boolean' && typeof value === 'string' ? value === 'true' : value;
}

function refuseFields(fields: QuestionField[], answer: Json): string | undefined {
  if (typeof answer !== 'object' || answer === null || Array.isArray(answer)) {
    return `The answer must be an object with the fields ${fields.map((field) => field.name).join(', ')}.`;
  }
  const unknown = Object.keys(answer).find((name) => !fields.some((field) => field.name === name));
  if (unknown !== undefined) return `The question has no field '${unknown.slice(0, 100)}'.`;
  for (const field of fields) {
    const reason = refuseField(field, answer[field.name]);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

function isEmpty(value: Json | undefined): value is undefined | null | '' {
  return value === undefined || value === null || value === '';
}

function refuseField(field: QuestionField, value: Json | undefined): string | undefined {
  const subject = `The field '${field.name}'`;
  if (isEmpty(value)) return field.required ? `${subject} is required.` : undefined;
  switch (field.type) {
    case 'number':
      return refuseNumber(field, value);
    case 'boolean':
      return typeof value === 'boolean' ? undefined : `${subject} must be true or false.`;
    case 'url':
      return typeof value === 'string' && /^https?:\/\/\S+$/i.test(value)
        ? tooLong(subject, value)
        : `${subject} must be a web address.`;
    case 'email':
      return typeof value === 'string' && /^[^@\s]+@[^@\s]+$/.test(value)
        ? tooLong(subject, value)
        : `${subject} must be an e-mail address.`;
    case 'text':
    case 'password':
      return refuseText(field, value);
  }
}

function refuseNumber({ name, integer, min, max }: QuestionField, value: Json): string | undefined {
  const subject = `The field '${name}'`;
  const isText = typeof value === 'string' && value.trim() !== '' && value.length <= 100;
  const number = typeof value === 'number' || isText ? Number(value) : Number.NaN;
  if (!Number.isFinite(number)) return `${subject} must be a number.`;
  if (integer && !Number.isInteger(number)) return `${subject} must be a whole number.`;
  if (min !== undefined && number < min) return `${subject} must be at least ${min}.`;
  return max !== undefined && number > max ? `${subject} must be at most ${max}.` : undefined;
}

function refuseText({ name, options, min, max, pattern }: QuestionField, value: Json): string | undefined {
  const subject = `The field '${name}'`;
  if (options && !options.some((option) => option === value)) return `${subject} must be one of ${options.join(', ')}.`;
  if (typeof value !== 'string') return `${subject} must be a text.`;
  if (min !== undefined && value.length < min) return `${subject} must have at least ${min} characters.`;
  if (max !== undefined && value.length > max) return `${subject} must have at most ${max} characters.`;
  return tooLong(subject, value) ?? (pattern !== undefined ? refusePattern(subject, value, pattern) : undefined);
}

/** Beyond this a pattern may take longer than a workflow has. */
const longestMatched = 1000;

function refusePattern(subject: string, value: string, pattern: string): string | undefined {
  const fits = value.length <= longestMatched && new RegExp(pattern, 'u').test(value);
  return fits ? undefined : `${subject} does not have the form that is asked for.`;
}

function tooLong(subject: string, text: string): string | undefined {
  return text.length > longestText ? tooLongText(subject) : undefined;
}

function tooLongText(subject: string): string {
  return `${subject} must have at most ${longestText} characters; longer texts belong in a file that the answer names.`;
}
