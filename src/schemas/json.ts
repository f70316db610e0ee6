import { z } from 'zod';
import type { Json, JsonObject } from '../core/json.js';
import { isSecretRef } from '../core/secret.js';
import type { Path } from './given.js';
import type { Rule } from './problem.js';

const deepest = 64;
const credential = /pass(word|phrase|wd|code)$|secret$|token$|api[-_]?key$|private[-_]?key$|credentials?$/i;
const notSecret = /(page|next|cursor)[-_]?token$/i;

interface Fault extends Rule {
  path: Path;
}

/** Any JSON value; what JSON can't carry is refused at its path. */
export const json = z.custom<Json>().superRefine((value, context) => {
  report(
    context,
    findFault(value, [], () => undefined),
  );
});

/** A JSON object without secrets, since the agent reads it. */
export const jsonObject = z.custom<JsonObject>().superRefine((value, context) => {
  report(context, isPlainObject(value) ? findFault(value, [], anySecret) : { path: [], expected: 'an object' });
});

/** A JSON value that goes to the provider as it is: passwords and keys in it have to be references. */
export const sentJson = z.custom<Json>().superRefine((value, context) => {
  report(context, findFault(value, [], literalSecret));
});

/** A JSON object that goes to the provider as it is. */
export const sentObject = z.custom<JsonObject>().superRefine((value, context) => {
  report(context, isPlainObject(value) ? findFault(value, [], literalSecret) : { path: [], expected: 'an object' });
});

/** Tells whether a value is an object without a class. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** Whether a name is one that a secret stands under. */
export function namesSecret(name: string): boolean {
  return credential.test(name) && !notSecret.test(name);
}

function anySecret(value: unknown, path: Path): Fault | undefined {
  if (!isSecretRef(value)) return undefined;
  return { path, expected: 'no secret', hint: 'What stands here is read by the agent and stored by the provider.' };
}

function literalSecret(value: unknown, path: Path): Fault | undefined {
  const name = path.findLast((step) => typeof step === 'string');
  if (typeof value !== 'string' || typeof name !== 'string' || !namesSecret(name)) return undefined;
  return {
    path,
    expected: "secret('NAME')",
    hint: "A value that is given here would be stored in Temporal: put it into the worker's environment and write secret('NAME'), where NAME is the variable.",
  };
}

/** The first value that JSON can't carry, or that a further rule refuses. */
function findFault(value: unknown, path: Path, rule: typeof literalSecret): Fault | undefined {
  const fault = rule(value, path);
  if (fault || value === null || typeof value === 'string' || typeof value === 'boolean') return fault;
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : { path, expected: 'a finite number' };
  if (path.length > deepest) return { path: path.slice(0, 3), expected: `at most ${deepest} levels` };
  if (Array.isArray(value)) return firstFault(value.entries(), path, rule);
  if (isSecretRef(value)) return undefined;
  if (isPlainObject(value)) {
    const fields = Object.entries(value).filter(([, inner]) => inner !== undefined);
    return firstFault(fields, path, rule);
  }
  return { path, expected: 'a JSON value' };
}

function firstFault(
  entries: Iterable<[PropertyKey, unknown]>,
  path: Path,
  rule: typeof literalSecret,
): Fault | undefined {
  for (const [name, inner] of entries) {
    const fault = findFault(inner, [...path, name], rule);
    if (fault) return fault;
  }
  return undefined;
}

function report(context: z.RefinementCtx, fault: Fault | undefined): void {
  if (!fault) return;
  const { path, ...params } = fault;
  // `continue: false`: rules of the whole must not walk into what is no JSON, such as a circle.
  context.addIssue({ code: 'custom', path: [...path], params, continue: false });
}
