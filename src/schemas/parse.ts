import { z } from 'zod';
import type { ErrorCode } from '../core/errors.js';
import { PerdureError } from '../core/errors.js';
import { type Problem, toProblems } from './problem.js';

const mostProblems = 10;
const mostHints = 3;

/** A checked value, or all that does not fit. */
export type Checked<T> = { ok: true; value: T } | { ok: false; problems: Problem[] };

/** Checks a value and says everything that is wrong with it; throws nothing. */
export function check<S extends z.ZodType>(schema: S, value: unknown): Checked<z.output<S>> {
  const result = schema.safeParse(value, { error: knownFields });
  return result.success
    ? { ok: true, value: result.data }
    : { ok: false, problems: toProblems(value, result.error.issues) };
}

/**
 * Checks a value and returns it typed, with defaults filled in.
 * @param what the name of the value at the beginning of the message, such as `the start options`.
 * @param code `bad-input` unless it comes from a configuration.
 * @throws PerdureError that names at most ten paths with what was expected and given; secrets are hidden.
 */
export function parse<S extends z.ZodType>(
  schema: S,
  value: unknown,
  what: string,
  code: ErrorCode = 'bad-input',
): z.output<S> {
  const checked = check(schema, value);
  if (checked.ok) return checked.value;
  throw refusal(checked.problems, what, code);
}

/** The error that tells these problems. */
function refusal(problems: readonly Problem[], what: string, code: ErrorCode = 'bad-input'): PerdureError {
  const lines = problems
    .slice(0, mostProblems)
    .map(({ path, reason }) => (path === '' ? reason : `${path}: ${reason}`));
  if (problems.length > mostProblems) lines.push(`and ${problems.length - mostProblems} more`);
  const hints = [...new Set(problems.flatMap(({ hint }) => (hint === undefined ? [] : [hint])))];
  const told = lines.length === 1 ? ` ${lines[0]}` : lines.map((line) => `\n  - ${line}`).join('');
  const subject = `${what.charAt(0).toUpperCase()}${what.slice(1)}`;
  return new PerdureError({
    code,
    message: `${subject} can't be used:${told}`,
    hint: hints.length === 0 ? undefined : hints.slice(0, mostHints).join(' '),
  });
}

/** The message of an unknown field is the list of the known ones, which only the schema at fault can tell. */
function knownFields(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code !== 'unrecognized_keys' || !(issue.inst instanceof z.ZodObject)) return undefined;
  return Object.keys(issue.inst.shape).join(' ');
}
