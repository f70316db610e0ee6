import { z } from 'zod';
import { type ErrorCode, isPerdureError, PerdureError } from '../core/errors.js';
import type { Json } from '../core/json.js';
import type { ReadingState } from '../core/reading.js';
import type { HttpAnswer } from '../http/client.js';
import { oneLine } from '../http/error-mapping.js';

/** Reads an answer by its schema. Throws `provider-malformed` with the place that does not fit, without its value. */
export function readAnswer<T>(schema: z.ZodType<T>, answer: HttpAnswer): T {
  const parsed = schema.safeParse(answer.body);
  if (parsed.success) return parsed.data;
  throw answer.malformed(firstIssue(parsed.error));
}

/**
 * Checks a body before it is sent: what callers gave was checked before, this finds a secret that was not resolved.
 * Throws `bad-input`.
 */
export function checkBody<T>(schema: z.ZodType<T>, body: T): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return body;
  throw new PerdureError({
    code: 'bad-input',
    message: `The request does not fit: ${firstIssue(parsed.error)}.`,
    hint: 'Correct that field of the input; where it is a secret, check what the reference resolves to.',
  });
}

function firstIssue({ issues: [issue] }: z.ZodError): string {
  return `${issue?.path.join('.') || 'the whole'}: ${issue?.message ?? 'not as expected'}`;
}

/** The value of a promise, or undefined when it fails with one of these codes. */
export async function unless<T>(codes: readonly ErrorCode[], promise: Promise<T>): Promise<T | undefined> {
  try {
    return await promise;
  } catch (error) {
    if (codes.some((code) => isPerdureError(error, code))) return undefined;
    throw error;
  }
}

/** What a provider's status means by this table, in whichever case it is written; `other` when it is not in it. */
export function stateOf(table: Readonly<Record<string, ReadingState>>, status: string): ReadingState {
  const word = status.toLowerCase();
  return Object.hasOwn(table, word) ? (table[word] ?? 'other') : 'other';
}

/** Any JSON value; what is read here came out of `JSON.parse`. */
export const anyJson = z.custom<Json>((value) => value !== undefined);

/** A text that may be missing or null. */
export const maybeText = z
  .string()
  .nullish()
  .transform((text) => text ?? undefined);

/** An id, written as a text or a number. */
export const anyId = z.union([z.string().min(1), z.number()]).transform(String);

/** An id that may be missing, null or empty. */
export const maybeId = z
  .union([z.string(), z.number()])
  .nullish()
  .transform((id) => (id === null || id === undefined || id === '' ? undefined : String(id)));

/** A number, also as a text; undefined for anything else, such as `N/A`. */
export const maybeNumber = z
  .unknown()
  .optional()
  .transform((value) => {
    const text = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
    return typeof text === 'number' && Number.isFinite(text) ? text : undefined;
  });

/** A failure's reason: a text, or an object with a `message`; at most 1000 characters in one line. */
export const maybeReason = z
  .unknown()
  .optional()
  .transform((value) => {
    const inner = typeof value === 'object' && value !== null && 'message' in value ? value.message : value;
    return typeof inner === 'string' && inner.trim() !== '' ? oneLine(inner, 1000) : undefined;
  });

/** A page of a list that nobody should need to read further than this. */
export const mostPages = 100;
