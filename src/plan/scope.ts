import type { Reference } from '../core/plan-reference.js';
import { formatPath, type Path } from '../schemas/given.js';
import { isPlainObject } from '../schemas/json.js';
import { nearest } from '../schemas/nearest.js';
import { type Shape, shapeOf, stepInto, unknownShape } from './shape.js';

/** What a reference finds, or why it finds nothing. */
export type Looked = { ok: true; shape: Shape } | { ok: false; reason: string; hint?: string };

/** A step as far as references look at it; its document may be wrong in all else. */
export interface KnownStep {
  name: string;
  index: number;
  shape: Shape;
  kind: 'agent' | 'approval' | 'wait';
  /** Names of steps that it refers to. */
  refersTo: Set<string>;
}

/** Where a reference stands. */
export interface Standpoint {
  /** Of the step; after the last one for the output. */
  index: number;
  /** In a `forEach`. */
  item?: Shape;
}

const verdict = {
  type: 'object',
  properties: {
    approved: { type: 'boolean' },
    by: { type: 'string' },
    channel: { type: 'string' },
    answeredAt: { type: 'string' },
    expired: { type: 'boolean' },
  },
  additionalProperties: false,
};

/** What the references of a plan may name. */
export class PlanNames {
  readonly steps = new Map<string, KnownStep>();
  readonly #inputs: Shape;
  readonly #hasInputs: boolean;

  constructor(inputs: unknown) {
    this.#inputs = shapeOf(inputs);
    this.#hasInputs = isPlainObject(inputs);
  }

  /** What a reference names, seen from where it stands. */
  look({ path }: Pick<Reference, 'path'>, from: Standpoint): Looked {
    const [root, ...rest] = path;
    if (root === 'inputs') return this.#inInputs(rest);
    if (root === 'steps') return this.#inSteps(rest, from);
    if (root === 'item' || root === 'index') {
      if (from.item === undefined) return { ok: false, reason: `'${root}' is there only in a step with forEach` };
      return walk(root === 'item' ? from.item : shapeOf({ type: 'integer' }), [root], rest);
    }
    if (root === 'env' || root === 'secret' || root === 'secrets') {
      return {
        ok: false,
        reason: `'${root}' names nothing`,
        hint: 'A secret is written { $secret: NAME }, where a value is sent as a secret.',
      };
    }
    const known = ['inputs', 'steps', 'item', 'index'];
    return {
      ok: false,
      reason: `'${root}' names nothing${guess(root, known)}`,
      hint: `References begin with ${known.join(', ')}.`,
    };
  }

  #inInputs(rest: Path): Looked {
    if (this.#hasInputs) return walk(this.#inputs, ['inputs'], rest);
    return {
      ok: false,
      reason: 'the plan has no inputs',
      hint: 'Say what it is started with, as a JSON Schema: inputs: { type: object, properties: { … } }.',
    };
  }

  #inSteps([name, field, ...rest]: Path, from: Standpoint): Looked {
    const step = typeof name === 'string' ? this.steps.get(name) : undefined;
    if (!step) {
      const known = [...this.steps.keys()];
      return { ok: false, reason: `there is no step '${String(name ?? '')}'${guess(String(name), known)}` };
    }
    if (step.index >= from.index) return this.#notBefore(step, from);
    if (field === 'status') return walk(shapeOf({ type: 'string' }), ['steps', step.name, 'status'], rest);
    if (field !== 'result') {
      const reason = `a step has result and status, not '${String(field ?? '')}'${guess(String(field), ['result', 'status'])}`;
      return { ok: false, reason };
    }
    if (step.kind === 'wait') return { ok: false, reason: `the step '${step.name}' waits, and has no result` };
    return walk(step.shape, ['steps', step.name, 'result'], rest);
  }

  #notBefore(step: KnownStep, from: Standpoint): Looked {
    const own = [...this.steps.values()].find(({ index }) => index === from.index);
    if (own === step)
      return { ok: false, reason: `the step '${step.name}' refers to itself, which is a cycle`, hint: before };
    const way = own && this.#way(step, own.name, new Set());
    if (way && own) {
      return { ok: false, reason: `the steps go in a cycle: ${[own.name, ...way].join(' → ')}`, hint: before };
    }
    return { ok: false, reason: `the step '${step.name}' comes only later`, hint: before };
  }

  /** The names by which a step refers to another, that one last. */
  #way(step: KnownStep, goal: string, seen: Set<string>): string[] | undefined {
    if (step.name === goal) return [goal];
    if (seen.has(step.name)) return undefined;
    seen.add(step.name);
    for (const name of step.refersTo) {
      const next = this.steps.get(name);
      const way = next && this.#way(next, goal, seen);
      if (way) return [step.name, ...way];
    }
    return undefined;
  }
}

const before = 'Steps are done in their order: a step knows the results of those above it.';

/** The shape of what a step gives. */
export function resultShape(step: Record<string, unknown>): Shape {
  const one = oneResult(step);
  return step.forEach === undefined ? one : { kind: 'list', of: one };
}

function oneResult({ approval, result, agent }: Record<string, unknown>): Shape {
  if (approval !== undefined) return shapeOf(verdict);
  if (isPlainObject(result)) return shapeOf(result);
  const input = isPlainObject(agent) ? agent.input : undefined;
  return isPlainObject(input) ? shapeOf(input.output_schema ?? input.resultSchema) : unknownShape;
}

function walk(shape: Shape, done: Path, rest: Path): Looked {
  const [step, ...further] = rest;
  if (step === undefined) return { ok: true, shape };
  if (typeof step === 'symbol') return { ok: false, reason: 'it names nothing' };
  const next = stepInto(shape, step);
  if (next.ok) return walk(next.shape, [...done, step], further);
  const place = formatPath(done);
  if (next.names.length === 0) {
    const wanted =
      typeof step === 'number'
        ? 'no items'
        : next.is === 'a list'
          ? `no field '${step}'; its items are named by [0], [1], …`
          : 'no fields';
    return { ok: false, reason: `${place} is ${next.is}, which has ${wanted}` };
  }
  return {
    ok: false,
    reason: `${place} has no '${step}'${guess(String(step), next.names)}`,
    hint: `It has ${next.names.slice(0, 20).join(', ')}.`,
  };
}

function guess(text: string, known: readonly string[]): string {
  const near = nearest(text, known);
  return near === undefined ? '' : `; did you mean '${near}'?`;
}
