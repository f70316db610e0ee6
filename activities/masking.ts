import { PerdureError } from '../src/core/errors.js';
import type { Json } from '../src/core/json.js';
import type { ProviderQuestion, QuestionField } from '../src/core/question.js';
import type { Reading } from '../src/core/reading.js';
import type { OutcomeError } from '../src/core/run.js';
import type { Ending } from '../src/providers/provider.js';
import { isMaskable, Redactor } from '../src/secrets/redaction.js';
import { judgeEnding, type ResultTerms, type Verdict } from './result.js';

/** Judges how a run ended by what is left of the provider's answer once the secrets in it are masked. */
export function judgeMasked(ending: Ending, terms: ResultTerms, redactor: Redactor): Verdict {
  const { reading, result, alternatives } = ending;
  const masked: Ending = {
    ...ending,
    reading: maskReading(reading, redactor),
    result: redactor.json(result),
    alternatives: redactor.json(alternatives),
  };
  const verdict = judgeEnding(masked, terms);
  if (verdict.error?.code !== 'result-invalid' || judgeEnding(ending, terms).status !== 'completed') return verdict;
  const hint = 'It had the value of a secret in it, which was masked; what is left is kept in raw.';
  return { ...verdict, error: { ...verdict.error, hint } };
}

/** The error with the secrets in its message and hint masked. */
export function maskError({ code, message, hint }: OutcomeError, redactor: Redactor): OutcomeError {
  return { code, message: redactor.text(message), ...(hint !== undefined && { hint: redactor.text(hint) }) };
}

/** The same error with the secrets in its message and hint masked. */
export function maskThrown(error: PerdureError, redactor: Redactor): PerdureError {
  const { code, retryAfterMs, status } = error;
  return new PerdureError({ ...maskError(error, redactor), code, retryAfterMs, status });
}

/** The reading with the secrets in its texts masked. */
export function maskReading(reading: Reading, redactor: Redactor): Reading {
  const { providerStatus, error, question } = reading;
  return {
    ...reading,
    providerStatus: redactor.text(providerStatus),
    ...(error !== undefined && { error: redactor.text(error) }),
    ...(question && { question: maskQuestion(question, redactor) }),
  };
}

/** Masks what a person reads, not the names that the answer goes back under. */
function maskQuestion({ providerId, message, form }: ProviderQuestion, redactor: Redactor): ProviderQuestion {
  const fields = form.kind === 'fields' ? form.fields.map((field) => maskField(field, redactor)) : [];
  return {
    providerId,
    message: redactor.text(message),
    form: form.kind === 'fields' ? { kind: 'fields', fields } : form,
  };
}

function maskField({ name, required, type, ...texts }: QuestionField, redactor: Redactor): QuestionField {
  return { name, required, type, ...redactor.json(texts) };
}

/** What masks an account's API key in the bodies of its provider's answers; one of less than six characters is left. */
export function keyMask(apiKey: string): (body: Json) => Json {
  const redactor = new Redactor(isMaskable(apiKey) ? [{ name: 'API key', value: apiKey }] : []);
  return (body) => redactor.json(body);
}
