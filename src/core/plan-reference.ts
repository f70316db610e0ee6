import { PerdureError } from './errors.js';
import type { Json } from './json.js';

/** A reference of a plan: `${steps.read.result.total}`. */
export interface Reference {
  /** As it stands in the document. */
  text: string;
  path: [string, ...(string | number)[]];
}

/** A text of a plan, taken apart. */
export type Template = { ok: true; parts: (string | Reference)[] } | { ok: false; at: string };

const one = /\$\{\s*([A-Za-z_][\w-]*(?:\.[A-Za-z_$][\w$-]*|\[(?:0|[1-9]\d{0,5})\]|\["(?:[^"\\]|\\["\\])*"\])*)\s*\}/y;
const segments = /\.([A-Za-z_$][\w$-]*)|\[(\d+)\]|\[("(?:[^"\\]|\\["\\])*")\]/g;
const quoted = 60;

/** Takes a text apart; `$${` stands for the characters `${`. Not ok where a reference can't be read. */
export function parseTemplate(text: string): Template {
  const parts: (string | Reference)[] = [];
  let literal = '';
  let from = 0;
  for (let at = text.indexOf('${'); at >= 0; at = text.indexOf('${', from)) {
    if (text[at - 1] === '$' && at > from) {
      literal += `${text.slice(from, at - 1)}\${`;
      from = at + 2;
      continue;
    }
    literal += text.slice(from, at);
    one.lastIndex = at;
    const match = one.exec(text);
    if (!match) return { ok: false, at: snippet(text, at) };
    if (literal !== '') parts.push(literal);
    literal = '';
    parts.push({ text: match[0], path: pathOf(match[1] ?? '') });
    from = at + match[0].length;
  }
  literal += text.slice(from);
  if (literal !== '' || parts.length === 0) parts.push(literal);
  return { ok: true, parts };
}

/** The reference that a text is as a whole, so that what it names keeps its type. */
export function wholeReference(parts: readonly (string | Reference)[]): Reference | undefined {
  const [first] = parts;
  return parts.length === 1 && typeof first === 'object' ? first : undefined;
}

/** Tells whether a text has a reference, or what looks like one. */
export function mentionsReference(text: string): boolean {
  return text.includes('${');
}

function snippet(text: string, at: number): string {
  const end = text.indexOf('}', at);
  const whole = end < 0 ? text.slice(at) : text.slice(at, end + 1);
  return whole.length > quoted ? `${whole.slice(0, quoted)}…` : whole;
}

function pathOf(text: string): Reference['path'] {
  const [root = ''] = /^[\w-]+/.exec(text) ?? [];
  const rest = [...text.slice(root.length).matchAll(segments)].map(([, name, index, other]) => {
    if (index !== undefined) return Number(index);
    return name ?? (JSON.parse(other ?? '""') as string);
  });
  return [root, ...rest];
}

/** What references name: `inputs`, `steps`, and in a `forEach` also `item` and `index`. */
export type PlanScope = Readonly<Record<string, unknown>>;

/**
 * A value of a plan with what its references name in their places: a reference alone keeps the type of what it names.
 * @param place of the value in the document, for messages.
 * @throws PerdureError `reference-invalid` where one has no value, or has one that does not fit into a text.
 */
export function fillIn(value: unknown, scope: PlanScope, place: string): Json {
  if (typeof value === 'string') return fillText(value, scope, place);
  if (Array.isArray(value)) return value.map((item: unknown, index) => fillIn(item, scope, `${place}[${index}]`));
  if (typeof value !== 'object' || value === null) return value as Json;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, fillIn(inner, scope, `${place}.${name}`)]),
  );
}

function fillText(text: string, scope: PlanScope, place: string): Json {
  if (!mentionsReference(text)) return text;
  const template = parseTemplate(text);
  if (!template.ok) throw misfit(place, `'${template.at}' can't be read as a reference`);
  const whole = wholeReference(template.parts);
  if (whole) return valueOf(whole, scope, place);
  const filled = template.parts.map((part) => {
    if (typeof part === 'string') return part;
    const value = valueOf(part, scope, place);
    if (typeof value === 'object') throw misfit(place, `${part.text} is ${kindOf(value)}, which no text can hold`);
    return String(value);
  });
  return filled.join('');
}

function valueOf({ text, path }: Reference, scope: PlanScope, place: string): Json {
  let value: unknown = scope;
  for (const [depth, step] of path.entries()) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) {
      throw misfit(place, `${text} has no value: ${whyMissing(value, path, depth)}`);
    }
    value = Reflect.get(value, step);
  }
  return value as Json;
}

function whyMissing(value: unknown, path: Reference['path'], depth: number): string {
  const [root, step] = path;
  if (root === 'steps' && depth === 2) {
    const status: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, 'status') : undefined;
    return `the step '${step}' is ${String(status)} and has no ${path[2]}`;
  }
  const name = path[depth];
  const missing = typeof name === 'number' ? `no item ${name}` : `no field '${name}'`;
  return depth === 0
    ? `there is nothing of this name`
    : `${path.slice(0, depth).join('.')} is ${kindOf(value)} with ${missing}`;
}

/** The kind of a value, in words. */
export function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  switch (typeof value) {
    case 'string':
      return 'a text';
    case 'number':
      return 'a number';
    case 'boolean':
      return 'true or false';
    case 'object':
      return 'an object';
    default:
      return 'nothing';
  }
}

function misfit(place: string, why: string): PerdureError {
  return new PerdureError({ code: 'reference-invalid', message: `${place}: ${why}.` });
}
