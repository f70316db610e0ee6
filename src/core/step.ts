import type { Amounts, Cost } from './budget.js';
import type { Duration } from './duration.js';
import type { Json, JsonObject } from './json.js';
import type { RunInput } from './run.js';
import type { RunTerms, Target } from './run-terms.js';

declare const result: unique symbol;

/** A schema that the worker knows by name; carries its type only for the compiler. */
export interface SchemaRef<T = Json> {
  readonly schemaName: string;
  readonly [result]?: T;
}

/** Names a schema that was given to the worker: `new PerdurePlugin({ schemas: { Invoice } })`. */
export function schema<T = Json>(name: string): SchemaRef<T> {
  return { schemaName: name };
}

/** What a step of a workflow says of its run, wherever that runs. */
export interface StepOptions<T = Json> extends RunTerms {
  /** Unlike any other step's of this workflow; the run's key is `<workflow id>/<name>`. */
  name: string;
  /** What the result has to be: a schema of the worker's, or a JSON Schema. */
  result?: SchemaRef<T> | JsonObject;
  /**
   * The most that it may use up, where the workflow has a budget. Default: one run, its deadline in minutes, the agent's
   * `max_steps`, and what these cost by the worker's prices.
   */
  reserve?: Amounts;
}

/** Several places at which a step may run, the preferred one first. */
export interface Targets {
  /** The next is tried only where the one before has done nothing that a second run would do twice. */
  targets: readonly Target[];
  /** How long a target may refuse the start before the next is tried. Default 1 minute. */
  failOverAfter?: Duration;
}

/** One agent run as a step of a workflow: at one place, or at the first of several that can do it. */
export type AgentStep<T = Json> = StepOptions<T> &
  ((Target & { [F in keyof Targets]?: undefined }) | (Targets & { [F in keyof Target]?: undefined }));

/** A step at one place to be checked, and what it is checked into. */
export interface PrepareTask extends Omit<StepOptions, 'name' | 'result'>, Target {
  key: string;
  result?: { schemaName: string } | JsonObject;
  /** How long its start may be refused before it is given up. Default: until the deadline. */
  refusedFor?: Duration;
  /** Whether it has to be said what it may cost. */
  budgeted?: boolean;
}

export interface PreparedRun {
  input: RunInput;
  /** Fingerprint of what was asked for. */
  hash: string;
  /** Whether nothing can be started at its account for now, as far as the worker knows. */
  failing?: boolean;
  /** Where it was asked for. */
  cost?: Cost;
}
