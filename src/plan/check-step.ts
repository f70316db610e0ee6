import type { z } from 'zod';
import { endpointNames } from '../core/endpoints.js';
import { parseMoment } from '../core/moment.js';
import { mentionsReference } from '../core/plan-reference.js';
import { durationBetween } from '../schemas/duration.js';
import { type Path, readPath } from '../schemas/given.js';
import { isPlainObject } from '../schemas/json.js';
import { check } from '../schemas/parse.js';
import { personStep } from '../schemas/person-step.js';
import type { Problem } from '../schemas/problem.js';
import { startOptions } from '../schemas/start.js';
import type { Fault } from './problem.js';
import { guesses, type Mark, withSamples } from './references.js';
import type { PlanNames, Standpoint } from './scope.js';
import { kindsOf, nameOfKind, type Shape, unknownShape } from './shape.js';

/** A step as it was read, where it stands, and what it may name. */
export interface StepPlace {
  step: Record<string, unknown>;
  path: Path;
  names: PlanNames;
  from: Standpoint;
}

/** What is wrong with what a step does, beyond its shape and its references. */
export function checkStep(place: StepPlace): Fault[] {
  const { agent, approval, wait } = place.step;
  if (agent !== undefined) return checkAgents(place, agent);
  if (isPlainObject(approval)) return checkApproval(place, approval);
  return wait === undefined ? [] : checkWait(place, wait);
}

function checkAgents(place: StepPlace, agent: unknown): Fault[] {
  const several = Array.isArray(agent);
  const targets: unknown[] = several ? agent : [agent];
  return targets.flatMap((target, index) => {
    if (!isPlainObject(target) || !isPlainObject(target.input)) return [];
    const path = [...place.path, 'agent', ...(several ? [index] : [])];
    const { endpoint } = target;
    if (typeof endpoint !== 'string' || !endpointNames.some((name) => name === endpoint)) return [];
    return checkTarget(place, { endpoint, account: target.account, input: target.input }, path);
  });
}

interface Given {
  endpoint: string;
  account: unknown;
  input: Record<string, unknown>;
}

/** Checks a target as the worker will, with samples of what its references will give. */
function checkTarget(place: StepPlace, { endpoint, account, input }: Given, path: Path): Fault[] {
  const { result, effect, onUnknownStart, deadline, resultBytes, questions, priority, failOverAfter } = place.step;
  const options = {
    result,
    effect,
    onUnknownStart,
    deadline,
    resultBytes,
    questions,
    priority,
    refusedFor: failOverAfter,
  };
  const start = (filled: unknown) => ({ key: 'check', agent: { endpoint, input: filled }, account, ...options });
  const checked = checkSampled(place, { schema: startOptions, value: input, whole: start, prefix: ['agent', 'input'] });
  return checked.map(({ path: [first, ...rest], ...fault }) => {
    if (first === 'agent') return { ...fault, path: [...path, ...rest] };
    if (first === 'account') return { ...fault, path: [...path, 'account'] };
    return { ...fault, path: [...place.path, first === 'refusedFor' ? 'failOverAfter' : (first ?? ''), ...rest] };
  });
}

function checkApproval(place: StepPlace, approval: Record<string, unknown>): Fault[] {
  const name = 'check';
  const whole = (filled: unknown) => ({ name, ...(filled as object) });
  const checked = checkSampled(place, { schema: personStep, value: approval, whole, prefix: [] });
  return checked.map((fault) => ({ ...fault, path: [...place.path, 'approval', ...fault.path] }));
}

interface Sampled {
  schema: z.ZodType;
  value: unknown;
  /** What is checked, made of the filled value, which stands in it at `prefix`. */
  whole: (filled: unknown) => unknown;
  prefix: Path;
}

function checkSampled({ names, from }: StepPlace, { schema, value, whole, prefix }: Sampled): Fault[] {
  const tries = new Map<string, number>();
  const look = (reference: Parameters<PlanNames['look']>[0]): Shape => {
    const looked = names.look(reference, from);
    return looked.ok ? looked.shape : unknownShape;
  };
  for (let round = 0; ; round += 1) {
    const { value: filled, marks } = withSamples(value, look, (path) => tries.get(JSON.stringify(path)) ?? 0);
    const checked = check(schema, whole(filled));
    const found = checked.ok ? [] : checked.problems.map((problem) => ({ problem, path: readPath(problem.path) }));
    const judged = found.map(({ problem, path }) => ({ problem, path, mark: markOf(marks, path, prefix) }));
    const unsure = judged.flatMap(({ mark }) =>
      mark && mark.shape === unknownShape ? [JSON.stringify(mark.path)] : [],
    );
    if (unsure.length === 0 || round >= guesses.length)
      return judged.flatMap(({ problem, path, mark }) => faultOf(problem, path, mark));
    for (const place of new Set(unsure)) tries.set(place, (tries.get(place) ?? 0) + 1);
  }
}

interface Marked extends Mark {
  /** Whether the problem is one of what the reference gives itself, not of something within. */
  isExact: boolean;
}

function markOf(marks: readonly Mark[], path: Path, prefix: Path): Marked | undefined {
  const inner = path.slice(prefix.length);
  const mark = marks.find(
    (each) => each.path.length <= inner.length && each.path.every((step, at) => step === inner[at]),
  );
  return mark && { ...mark, isExact: mark.path.length === inner.length };
}

function faultOf(problem: Problem, path: Path, mark: Marked | undefined): Fault[] {
  const { hint } = problem;
  const reason = forDocuments(problem.reason);
  const rest = { path, ...(hint !== undefined && { hint: forDocuments(hint) }) };
  if (!mark) return [{ ...rest, reason }];
  if (!mark.isExact || !isOfKind(reason, mark)) return [];
  const kinds = mark.isWhole ? kindsOf(mark.shape) : undefined;
  const given = kinds ? `${mark.text}, which is ${kinds.map(nameOfKind).join(' or ')}` : `what ${mark.text} will give`;
  return [{ ...rest, reason: reason.replace(/, got .*$/s, `, got ${given}`) }];
}

/** Whether a problem with a sample is one that everything of its kind has. */
function isOfKind(reason: string, { shape }: Mark): boolean {
  if (reason.startsWith('expected { $secret')) return true;
  const kinds = kindsOf(shape);
  if (shape === unknownShape || !kinds) return false;
  if (kinds.includes('string'))
    return /^expected (a number|a whole number|true or false|a list|an object)\b/.test(reason);
  return !/^expected (a number of|a list of)/.test(reason);
}

/** The cures of code, as a document has them. */
function forDocuments(text: string): string {
  return text.replaceAll("secret('NAME')", '{ $secret: NAME }');
}

const durationHint = "A duration is a number of milliseconds, or a text such as '90s', '2h', '3 days', '1h 30m'.";
const longEnough = durationBetween(1);

function checkWait(place: StepPlace, wait: unknown): Fault[] {
  const path = [...place.path, 'wait'];
  if (isPlainObject(wait)) {
    const { until } = wait;
    if (typeof until !== 'string') return [];
    if (mentionsReference(until)) return checkKinds(place, until, [...path, 'until'], ['string']);
    if (parseMoment(until) !== undefined) return [];
    const reason = `expected a time with its zone, such as '2026-11-22T06:00:00Z', got the text ${JSON.stringify(until.slice(0, 40))}`;
    return [{ path: [...path, 'until'], reason }];
  }
  if (typeof wait !== 'string' && typeof wait !== 'number') return [];
  if (typeof wait === 'string' && mentionsReference(wait)) return checkKinds(place, wait, path, ['string', 'number']);
  if (longEnough.safeParse(wait).success) return [];
  const given = typeof wait === 'string' ? `the text ${JSON.stringify(wait.slice(0, 40))}` : String(wait);
  return [{ path, reason: `expected a duration, got ${given}`, hint: durationHint }];
}

function checkKinds({ names, from }: StepPlace, text: string, path: Path, wanted: readonly string[]): Fault[] {
  const look = (reference: Parameters<PlanNames['look']>[0]): Shape => {
    const looked = names.look(reference, from);
    return looked.ok ? looked.shape : unknownShape;
  };
  const [mark] = withSamples(text, look, () => 0).marks;
  const kinds = mark && kindsOf(mark.shape);
  if (!mark || !kinds || kinds.some((kind) => wanted.includes(kind))) return [];
  const reason = `expected ${wanted.map(nameOfKind).join(' or ')}, got ${mark.text}, which is ${kinds.map(nameOfKind).join(' or ')}`;
  return [{ path, reason }];
}
