import { z } from 'zod';
import type { AnswerForm, ProviderQuestion, QuestionField } from '../../core/question.js';
import { maybeId, maybeText } from '../border.js';
import { inData } from './session-schemas.js';

const fieldTypes: Readonly<Record<string, QuestionField['type']>> = {
  text: 'text',
  number: 'number',
  url: 'url',
  email: 'email',
  password: 'password',
  boolean: 'boolean',
};

const field = z
  .looseObject({
    name: z.string(),
    label: maybeText,
    description: maybeText,
    required: z.boolean().nullish(),
    type: maybeText,
    placeholder: maybeText,
    defaultValue: maybeText,
  })
  .transform(({ name, label, description, required, type = 'text', placeholder, defaultValue }): QuestionField => {
    const known = fieldTypes[type.toLowerCase()] ?? 'text';
    return {
      name,
      label: label ?? name,
      description,
      required: required === true,
      type: known,
      placeholder,
      defaultValue,
    };
  });

const request = z.looseObject({
  requestId: maybeId,
  message: maybeText,
  inputType: maybeText,
  fields: z.array(field).nullish(),
  sessionId: maybeId,
  tags: z.array(z.string()).nullish(),
});

/** A question in Anchor's queue, with the session that it was asked in. */
export interface AnchorRequest extends ProviderQuestion {
  sessionId?: string;
  tags: string[];
}

const requests = z.array(request).transform((rows) => rows.flatMap(toRequest));

/** The questions of one session, in Anchor's order; those without an id are left out, since no answer could name them. */
export const sessionRequestsAnswer = inData(
  z.looseObject({ requests: requests.optional() }).transform((data) => data.requests ?? []),
);

/** The questions of the whole team. */
export const teamRequestsAnswer = inData(
  z.looseObject({ items: requests.optional() }).transform((data) => data.items ?? []),
);

function toRequest(row: z.infer<typeof request>): AnchorRequest[] {
  const { requestId: providerId, message, sessionId, tags } = row;
  if (providerId === undefined) return [];
  const words = message?.trim() ? message : 'The agent asks for help without saying with what.';
  return [{ providerId, message: words, form: formOf(row), sessionId, tags: tags ?? [] }];
}

function formOf({ inputType, fields }: z.infer<typeof request>): AnswerForm {
  const kind = inputType?.toLowerCase();
  if (fields && fields.length > 0 && kind !== 'confirm' && kind !== 'text') return { kind: 'fields', fields };
  return kind === 'confirm' ? { kind: 'confirm' } : { kind: 'text' };
}
