import type { Json } from './json.js';
import type { AnswerForm, QuestionField } from './question.js';

/** Why an answer does not fit a form, in words for whoever gave it; undefined when it fits. */
export function refuseAnswer(form: AnswerForm, answer: Json): string | undefined {
  switch (form.kind) {
    case 'text':
      return typeof answer === 'string' && answer.trim() !== '' ? undefined : 'The answer must be a text.';
    case 'confirm':
      return typeof answer === 'boolean' ? undefined : 'The answer must be true or false.';
    case 'fields':
      return refuseFields(form.fields, answer);
  }
}

function refuseFields(fields: QuestionField[], answer: Json): string | undefined {
  if (typeof answer !== 'object' || answer === null || Array.isArray(answer)) {
    return `The answer must be an object with the fields ${fields.map((field) => field.name).join(', ')}.`;
  }
  const unknown = Object.keys(answer).find((name) => !fields.some((field) => field.name === name));
  if (unknown !== undefined) return `The question has no field '${unknown}'.`;
  for (const field of fields) {
    const reason = refuseField(field, answer[field.name]);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

function refuseField(field: QuestionField, value: Json | undefined): string | undefined {
  if (value === undefined || value === null || value === '') {
    return field.required ? `The field '${field.name}' is required.` : undefined;
  }
  switch (field.type) {
    case 'number':
      return typeof value === 'number' || (typeof value === 'string' && value.trim() !== '' && Number.isFinite(+value))
        ? undefined
        : `The field '${field.name}' must be a number.`;
    case 'boolean':
      return typeof value === 'boolean' ? undefined : `The field '${field.name}' must be true or false.`;
    case 'url':
      return typeof value === 'string' && /^https?:\/\/\S+$/i.test(value)
        ? undefined
        : `The field '${field.name}' must be a web address.`;
    case 'email':
      return typeof value === 'string' && /^[^@\s]+@[^@\s]+$/.test(value)
        ? undefined
        : `The field '${field.name}' must be an e-mail address.`;
    case 'text':
    case 'password':
      if (field.options && !field.options.some((option) => option === value)) {
        return `The field '${field.name}' must be one of ${field.options.join(', ')}.`;
      }
      return typeof value === 'string' ? undefined : `The field '${field.name}' must be a text.`;
  }
}
