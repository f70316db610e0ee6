import type { z } from 'zod';
import { isSecretRef } from '../core/secret.js';
import { describeGiven, formatPath, type Path, valueAt } from './given.js';
import { nearest } from './nearest.js';

/** One thing that does not fit. */
export interface Problem {
  /** Where, as it is written in code; empty for the whole. */
  path: string;
  /** What was expected and what was given, secrets hidden. */
  reason: string;
  /** What to do about it. */
  hint?: string;
}

/** What the checks of these schemas say beyond a path, in zod's `params`. */
export interface Rule {
  expected: string;
  hint?: string;
}

type Issue = z.core.$ZodIssue;
type UnionIssue = z.core.$ZodIssueInvalidUnion;

const kinds: Record<string, string> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};

/** What zod found in a value, as problems in words. */
export function toProblems(root: unknown, issues: readonly Issue[], base: Path = []): Problem[] {
  return issues.flatMap((issue) => toProblem(root, issue, [...base, ...issue.path]));
}

function toProblem(root: unknown, issue: Issue, path: Path): Problem[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((name) => unknownField(name, issue.message.split(' '), path));
  }
  if (issue.code === 'invalid_union') {
    const meant = branchMeant(issue);
    if (meant) return toProblems(root, meant, path);
  }
  const { expected, hint } = ruleOf(issue);
  const place = formatPath(path);
  if (issue.code === 'invalid_key') return [{ path: place, reason: `the name must be ${expected}`, hint }];
  const value = valueAt(root, path);
  const cure = issue.code === 'invalid_type' && isSecretRef(value) ? secretElsewhere : hint;
  return [
    {
      path: place,
      reason: `expected ${expected}${suggest(issue, value)}, got ${describeGiven(root, path)}`,
      hint: cure,
    },
  ];
}

const secretElsewhere =
  'A secret reference stands only where a value is sent as a secret: secret_values, inputs, input_params, variables, a proxy password.';

function unknownField(name: string, known: readonly string[], path: Path): Problem {
  const near = nearest(name, known);
  const place = formatPath([...path, name]);
  if (near !== undefined) return { path: place, reason: `unknown field; did you mean '${near}'?` };
  return {
    path: place,
    reason: `unknown field; known are ${known.join(', ')}`,
    hint: known.includes('extra')
      ? 'A field of the provider that is newer than Perdure goes through extra.'
      : undefined,
  };
}

/** The one branch of a union whose kind the value has, so that its problems are the ones to tell. */
function branchMeant(issue: UnionIssue): readonly Issue[] | undefined {
  const candidates = issue.errors.filter(
    (branch) => !branch.some((inner) => inner.path.length === 0 && isOfKind(inner)),
  );
  return candidates.length === 1 ? candidates[0] : undefined;
}

function isOfKind(issue: Issue): boolean {
  return ['invalid_type', 'invalid_value', 'custom', 'invalid_union'].includes(issue.code);
}

/** Schemas of this folder put what they expect into `params` or, for formats and names, into the message. */
function ruleOf(issue: Issue): Rule {
  switch (issue.code) {
    case 'invalid_type':
      return { expected: kinds[issue.expected] ?? issue.expected };
    case 'invalid_value':
      return { expected: list(issue.values) };
    case 'too_small':
      return { expected: bounded(issue.origin, 'at least', issue.minimum) };
    case 'too_big':
      return { expected: bounded(issue.origin, 'at most', issue.maximum) };
    case 'invalid_union':
      return unionRule(issue);
    case 'invalid_key':
      return { expected: issue.issues[0]?.message ?? 'another name' };
    case 'custom':
      return isRule(issue.params) ? issue.params : { expected: issue.message };
    case 'invalid_format':
    case 'not_multiple_of':
    case 'unrecognized_keys':
    case 'invalid_element':
      return { expected: issue.message };
  }
}

function unionRule(issue: UnionIssue): Rule {
  const options = optionsOf(issue);
  if (options) return { expected: list(options) };
  const rules = issue.errors.flatMap((branch) => (branch[0] ? [ruleOf(branch[0])] : []));
  const expected = [...new Set(rules.map((rule) => rule.expected))].join(' or ');
  return { expected, hint: rules.find((rule) => rule.hint !== undefined)?.hint };
}

function isRule(params: unknown): params is Rule & Record<string, unknown> {
  return typeof params === 'object' && params !== null && 'expected' in params && typeof params.expected === 'string';
}

function bounded(origin: string, bound: string, limit: number | bigint): string {
  if (origin === 'string') return `a text of ${bound} ${limit} character${limit === 1 ? '' : 's'}`;
  if (origin === 'array') return `a list of ${bound} ${limit}`;
  return `a number of ${bound} ${limit}`;
}

function list(values: readonly unknown[]): string {
  const words = values
    .filter((value) => value != null)
    .map((value) => (typeof value === 'string' ? `'${value}'` : String(value)));
  if (words.length === 1) return words[0] ?? '';
  const most = 12;
  const rest = words.length > most ? `, … (${words.length} in all)` : '';
  return `one of ${words.slice(0, most).join(', ')}${rest}`;
}

function suggest(issue: Issue, value: unknown): string {
  const options = optionsOf(issue);
  if (typeof value !== 'string' || !options) return '';
  const near = nearest(
    value,
    options.filter((option) => typeof option === 'string'),
  );
  return near === undefined ? '' : ` (did you mean '${near}'?)`;
}

/** The values that a field may have; zod's types lack them for a union that is told apart by a field. */
function optionsOf(issue: Issue): readonly unknown[] | undefined {
  if (issue.code === 'invalid_value') return issue.values;
  if (issue.code !== 'invalid_union' || !('options' in issue)) return undefined;
  return Array.isArray(issue.options) ? issue.options : undefined;
}
