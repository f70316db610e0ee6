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
  if (redactor.withheld && reading.state === 'completed') return withheldResult(redactor.withheld);
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

/** A result that may hold a secret which can't be masked is not kept. */
function withheldResult(why: string): Verdict {
  const error = {
    code: 'result-unreadable',
    message: `The run completed; its result is ${why}.`,
    hint: 'See that the secret resolves where the worker runs; then: npx perdure adopt <key> <runId>',
  };
  return { status: 'unknown', providerStatus: 'completed', error };
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

const longestStatus = 200;
const longestMessage = 10_000;
const longestText = 2_000;
const mostFields = 100;

/** The reading with the secrets in its texts masked, and the texts cut: they stand in a history. */
export function maskReading(reading: Reading, redactor: Redactor): Reading {
  const { providerStatus, error, question } = reading;
  return {
    ...reading,
    providerStatus: cut(redactor.text(providerStatus), longestStatus),
    ...(error !== undefined && { error: redactor.text(error) }),
    ...(question && { question: maskQuestion(question, redactor) }),
  };
}

/** Masks what a person reads, not the names that the answer goes back under. */
function maskQuestion({ providerId, message, form }: ProviderQuestion, redactor: Redactor): ProviderQuestion {
  const fields =
    form.kind === 'fields' ? form.fields.slice(0, mostFields).map((field) => maskField(field, redactor)) : [];
  return {
    providerId,
    message: cut(redactor.text(message), longestMessage),
    form: form.kind === 'fields' ? { kind: 'fields', fields } : form,
  };
}

function maskField({ name, required, type, ...texts }: QuestionField, redactor: Redactor): QuestionField {
  if (redactor.withheld) return { name, required, type, label: redactor.text(texts.label) };
  const masked = Object.entries(redactor.json(texts)).map(([key, text]) => [
    key,
    typeof text === 'string' ? cut(text, longestText) : text,
  ]);
  return { name, required, type, label: '', ...Object.fromEntries(masked) };
}

function cut(text: string, longest: number): string {
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}

/** What masks an account's API key in the bodies of its provider's answers; one of less than six characters is left. */
export function keyMask(apiKey: string): (body: Json) => Json {
  const redactor = new Redactor(isMaskable(apiKey) ? [{ name: 'API key', value: apiKey }] : []);
  return (body) => redactor.json(body);
}
