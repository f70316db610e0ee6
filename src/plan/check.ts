import type { PlanDocument } from '../core/plan.js';
import { mentionsReference, parseTemplate, wholeReference } from '../core/plan-reference.js';
import { type Path, readPath } from '../schemas/given.js';
import { isPlainObject, namesSecret } from '../schemas/json.js';
import { refuseSchema } from '../schemas/json-schema.js';
import { check } from '../schemas/parse.js';
import { checkStep, type StepPlace } from './check-step.js';
import { type Fault, PlanError, type PlanProblem, problemOf } from './problem.js';
import { checkReferences, stepsNamedIn } from './references.js';
import { agentFields, asPlan, planSchema } from './schema.js';
import { PlanNames, resultShape, type Standpoint } from './scope.js';
import { itemsOf, kindsOf, nameOfKind, shapeOf, type Shape, unknownShape } from './shape.js';
import { readSource, sourceOf } from './source.js';

/** A plan that may be started, or all that is wrong with it, in the order of its lines. */
export type CheckedPlan = { ok: true; plan: PlanDocument } | { ok: false; problems: PlanProblem[] };

const mostProblems = 200;
const kinds = ['agent', 'approval', 'wait'] as const;

/**
 * Checks a plan: a text of YAML or JSON, or the object that such a text stands for. Throws nothing.
 * @param file that the text is from, for the problems.
 */
export function checkPlan(given: unknown, file?: string): CheckedPlan {
  const source = typeof given === 'string' ? readSource(given) : sourceOf(given);
  const { value, broken, locate } = source;
  const faults = [...source.faults, ...(broken ? [] : findFaults(value))];
  if (faults.length === 0) {
    const parsed = planSchema.safeParse(value);
    if (parsed.success) return { ok: true, plan: asPlan(parsed.data) };
    faults.push({ path: [], reason: 'expected a plan' });
  }
  const problems = withoutEchoes(faults).map((fault) => {
    const position = fault.position ?? locate?.(fault.path);
    return { fault, problem: problemOf(fault, position, file) };
  });
  const sorted = problems.toSorted((a, b) => order(a.problem, b.problem)).map(({ problem }) => problem);
  return { ok: false, problems: sorted.slice(0, mostProblems) };
}

/** The same, or an error with all that is wrong. Throws `bad-input`. */
export function parsePlan(given: unknown, file?: string): PlanDocument {
  const checked = checkPlan(given, file);
  if (checked.ok) return checked.plan;
  throw new PlanError(checked.problems, file === undefined ? 'The plan' : `The plan ${file}`);
}

function order(a: PlanProblem, b: PlanProblem): number {
  return (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0);
}

/** Of several faults at one path, the first; none within what is itself at fault, except where each has its own place. */
function withoutEchoes(faults: readonly Fault[]): Fault[] {
  const told = new Map<string, Fault>();
  for (const fault of faults) {
    const key = JSON.stringify([fault.path, fault.position]);
    const around = fault.position
      ? []
      : fault.path.map((_, length) => JSON.stringify([fault.path.slice(0, length + 1), undefined]));
    if (told.has(key) || around.some((each) => told.has(each))) continue;
    const placed = [...told.values()].some(
      ({ path, position }) => position && path.length > 0 && startsWith(fault.path, path),
    );
    if (!fault.position && placed) continue;
    told.set(key, fault);
  }
  return [...told.values()];
}

function startsWith(path: Path, start: Path): boolean {
  return start.every((step, at) => step === path[at]);
}

function findFaults(value: unknown): Fault[] {
  const checked = check(planSchema, value);
  const shape = checked.ok
    ? []
    : checked.problems.map(
        ({ path, reason, hint }): Fault => ({ path: readPath(path), reason, ...(hint && { hint }) }),
      );
  if (!isPlainObject(value) || !Array.isArray(value.steps)) return shape;
  // A document of thousands of steps is refused for that alone.
  if (shape.some(({ path }) => path.length === 1 && path[0] === 'steps')) return shape;
  const steps: unknown[] = value.steps;
  const names = new PlanNames(value.inputs);
  const faults = [...shape, ...checkInputs(value.inputs), ...takeNames(steps, names)];
  for (const [index, step] of steps.entries()) {
    if (isPlainObject(step)) faults.push(...checkOne(step, index, names));
  }
  if (value.output !== undefined)
    faults.push(...checkReferences(value.output, ['output'], names, { index: steps.length }));
  return faults;
}

/** Makes the steps known by their names. */
function takeNames(steps: readonly unknown[], names: PlanNames): Fault[] {
  const faults: Fault[] = [];
  for (const [index, step] of steps.entries()) {
    if (!isPlainObject(step) || typeof step.name !== 'string') continue;
    const { name } = step;
    const earlier = names.steps.get(name);
    if (earlier) {
      const reason = `the name '${name}' is that of steps[${earlier.index}] already`;
      faults.push({
        path: ['steps', index, 'name'],
        reason,
        hint: `Give each step a name of its own, such as '${name}-2'.`,
      });
      continue;
    }
    const kind = kinds.find((each) => step[each] !== undefined) ?? 'wait';
    names.steps.set(name, { name, index, kind, shape: resultShape(step), refersTo: stepsNamedIn(step) });
  }
  return faults;
}

function checkOne(step: Record<string, unknown>, index: number, names: PlanNames): Fault[] {
  const path: Path = ['steps', index];
  const from: Standpoint = { index };
  const faults = checkFields(step, path);
  let item: Shape | undefined;
  if (step.forEach !== undefined) {
    const list = checkForEach(step.forEach, path, names, from);
    faults.push(...list.faults);
    item = itemsOf(list.shape);
  }
  const place: StepPlace = { step, path, names, from: { ...from, ...(item && { item }) } };
  for (const [within, value] of templatesOf(step)) {
    faults.push(...checkReferences(value, [...path, ...within], names, place.from));
  }
  return [...faults, ...checkStep(place)];
}

function checkFields(step: Record<string, unknown>, path: Path): Fault[] {
  const given = kinds.filter((kind) => step[kind] !== undefined);
  const faults: Fault[] = [];
  if (given.length !== 1) {
    const got = given.length === 0 ? 'none' : given.join(' and ');
    faults.push({
      path: given[1] ? [...path, given[1]] : path,
      reason: `expected one of agent, approval and wait, got ${got}`,
    });
  }
  for (const field of agentFields) {
    if (step[field] === undefined || step.agent !== undefined || given.length !== 1) continue;
    faults.push({ path: [...path, field], reason: `'${field}' is of a step with an agent; this one has ${given[0]}` });
  }
  if (step.atOnce !== undefined && step.forEach === undefined) {
    faults.push({ path: [...path, 'atOnce'], reason: "'atOnce' is of a step with forEach, which this one lacks" });
  }
  if (step.failOverAfter !== undefined && !(Array.isArray(step.agent) && step.agent.length > 1)) {
    faults.push({
      path: [...path, 'failOverAfter'],
      reason: "'failOverAfter' is of a step with several agents to choose from",
    });
  }
  return faults;
}

function checkForEach(
  forEach: unknown,
  path: Path,
  names: PlanNames,
  from: Standpoint,
): { faults: Fault[]; shape: Shape } {
  const own: Path = [...path, 'forEach'];
  if (Array.isArray(forEach))
    return {
      faults: checkReferences(forEach, own, names, from),
      shape: shapeOf({ type: 'array', items: alike(forEach) }),
    };
  if (typeof forEach !== 'string') return { faults: [], shape: unknownShape };
  const faults = checkReferences(forEach, own, names, from);
  const template = mentionsReference(forEach) ? parseTemplate(forEach) : undefined;
  const whole = template?.ok ? wholeReference(template.parts) : undefined;
  if (faults.length > 0) return { faults, shape: unknownShape };
  if (!whole) {
    const fault = {
      path: own,
      reason: 'expected a list, or one reference to a list',
      hint: 'Such as: forEach: ${inputs.urls}',
    };
    return { faults: [fault], shape: unknownShape };
  }
  const looked = names.look(whole, from);
  const shape = looked.ok ? looked.shape : unknownShape;
  const found = kindsOf(shape);
  if (!found || found.includes('array')) return { faults, shape };
  const reason = `expected a list, got ${whole.text}, which is ${found.map(nameOfKind).join(' or ')}`;
  return { faults: [{ path: own, reason }], shape: unknownShape };
}

/** The schema of the items of a list that stands in the document, where all are of one simple kind. */
function alike(list: readonly unknown[]): object {
  const [kind, ...others] = new Set(list.map((item) => typeof item));
  const isSimple = kind === 'string' || kind === 'number' || kind === 'boolean';
  return isSimple && others.length === 0 && !list.some((item) => typeof item === 'string' && mentionsReference(item))
    ? { type: kind }
    : {};
}

/** The parts of a step in which references may stand. */
function* templatesOf({ agent, approval, wait }: Record<string, unknown>): Generator<[Path, unknown]> {
  const targets: [Path, unknown][] = Array.isArray(agent)
    ? agent.map((target: unknown, index) => [['agent', index], target])
    : [[['agent'], agent]];
  for (const [path, target] of targets) if (isPlainObject(target)) yield [[...path, 'input'], target.input];
  yield [['approval'], approval];
  yield [['wait'], wait];
}

function checkInputs(inputs: unknown): Fault[] {
  if (!isPlainObject(inputs)) return [];
  const fault = refuseSchema(inputs as Parameters<typeof refuseSchema>[0]);
  if (fault)
    return [{ path: ['inputs'], reason: `expected ${fault.expected}`, ...(fault.hint && { hint: fault.hint }) }];
  const found = kindsOf(shapeOf(inputs));
  const hint = 'Such as: inputs: { type: object, properties: { url: { type: string } } }';
  if (!found?.includes('object'))
    return [{ path: ['inputs'], reason: "expected a JSON Schema of the type 'object'", hint }];
  const properties = isPlainObject(inputs.properties) ? inputs.properties : {};
  return Object.entries(properties).flatMap(([name, schema]): Fault[] => {
    const isText = kindsOf(shapeOf(schema))?.includes('string') ?? true;
    if (!namesSecret(name) || !isText) return [];
    const reason = 'expected no secret: what a plan is started with is stored in Temporal';
    return [
      {
        path: ['inputs', 'properties', name],
        reason,
        hint: 'Write { $secret: NAME } where it is sent; NAME is a variable of the worker.',
      },
    ];
  });
}
