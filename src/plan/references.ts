import type { Json } from '../core/json.js';
import { mentionsReference, parseTemplate, type Reference, wholeReference } from '../core/plan-reference.js';
import type { Path } from '../schemas/given.js';
import { isPlainObject } from '../schemas/json.js';
import type { Fault } from './problem.js';
import type { PlanNames, Standpoint } from './scope.js';
import { kindsOf, nameOfKind, sampleOf, type Shape, unknownShape } from './shape.js';

/** A text with references, taken apart. */
interface Mention {
  path: Path;
  parts: (string | Reference)[];
}

const cure =
  'A reference names a value and its fields, such as ${steps.read.result.total}; plans have no expressions. The characters ${ themselves are written $${.';

/** The texts of a value that have references; those that can't be read become faults. */
function findMentions(value: unknown, path: Path, faults: Fault[] = []): Mention[] {
  if (typeof value === 'string') {
    if (!mentionsReference(value)) return [];
    const template = parseTemplate(value);
    if (template.ok) return [{ path, parts: template.parts }];
    faults.push({ path, reason: `'${template.at}' can't be read as a reference`, hint: cure });
    return [];
  }
  if (Array.isArray(value)) {
    return value.flatMap((item: unknown, index) => findMentions(item, [...path, index], faults));
  }
  if (!isPlainObject(value)) return [];
  return Object.entries(value).flatMap(([name, inner]) => findMentions(inner, [...path, name], faults));
}

/** The names of the steps that a value refers to. */
export function stepsNamedIn(value: unknown): Set<string> {
  const references = findMentions(value, []).flatMap(({ parts }) => parts.filter((part) => typeof part === 'object'));
  return new Set(
    references.flatMap(({ path: [root, name] }) => (root === 'steps' && typeof name === 'string' ? [name] : [])),
  );
}

/** What is wrong with the references of a value, seen from where it stands. */
export function checkReferences(value: unknown, path: Path, names: PlanNames, from: Standpoint): Fault[] {
  const faults: Fault[] = [];
  for (const mention of findMentions(value, path, faults)) {
    const isWhole = wholeReference(mention.parts) !== undefined;
    for (const part of mention.parts) {
      if (typeof part === 'string') continue;
      const looked = names.look(part, from);
      if (!looked.ok) {
        const { reason, hint } = looked;
        faults.push({ path: mention.path, reason: `${part.text}: ${reason}`, ...(hint !== undefined && { hint }) });
      } else if (!isWhole && !fitsText(looked.shape)) {
        const kind = (kindsOf(looked.shape) ?? []).map(nameOfKind).join(' or ');
        const reason = `${part.text} is ${kind}, and within a text only texts, numbers, true and false can stand`;
        faults.push({ path: mention.path, reason, hint: 'Name one of its fields, or let it be the whole value.' });
      }
    }
  }
  return faults;
}

function fitsText(shape: Shape): boolean {
  return kindsOf(shape)?.some((kind) => ['string', 'number', 'boolean'].includes(kind)) ?? true;
}

/** A place where a sample stands for what a reference will give. */
export interface Mark {
  path: Path;
  text: string;
  shape: Shape;
  isWhole: boolean;
}

/** What stands for a value of which nothing is known, in the order in which it is tried. */
export const guesses: readonly Json[] = [
  'sample',
  1,
  true,
  { sample: 1 },
  ['sample'],
  [{ sample: 1 }],
  { $secret: 'NAME' },
];

/** A value with samples in place of its references; `guess` tells which guess stands where nothing is known. */
export function withSamples(
  value: unknown,
  look: (reference: Reference) => Shape,
  guess: (path: Path) => number,
): { value: unknown; marks: Mark[] } {
  const marks: Mark[] = [];
  const fill = (given: unknown, path: Path): unknown => {
    if (Array.isArray(given)) return given.map((item: unknown, index) => fill(item, [...path, index]));
    if (isPlainObject(given)) {
      return Object.fromEntries(Object.entries(given).map(([name, inner]) => [name, fill(inner, [...path, name])]));
    }
    if (typeof given !== 'string' || !mentionsReference(given)) return given;
    const template = parseTemplate(given);
    if (!template.ok) return given;
    const whole = wholeReference(template.parts);
    if (!whole) {
      marks.push({
        path,
        text: given,
        shape: { kind: 'schema', schema: { type: 'string' }, root: {} },
        isWhole: false,
      });
      return template.parts.map((part) => (typeof part === 'string' ? part : 'sample')).join('');
    }
    const shape = look(whole);
    const sample = sampleOf(shape);
    marks.push({ path, text: whole.text, shape: sample === undefined ? unknownShape : shape, isWhole: true });
    return sample === undefined ? guesses[guess(path) % guesses.length] : sample;
  };
  return { value: fill(value, []), marks };
}
