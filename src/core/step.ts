import type { RunPriority } from './admission.js';
import type { AgentSpec } from './builders.js';
import type { Duration } from './duration.js';
import type { Json } from './json.js';
import type { Effect, OnUnknownStart, QuestionOptions, RunInput } from './run.js';
import type { Timings } from './timings.js';

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

/** One agent run as a step of a workflow. */
export interface AgentStep<T = Json> {
  /** Unlike any other step's of this workflow; the run's key is `<workflow id>/<name>`. */
  name: string;
  agent: AgentSpec;
  /** `<provider>/<name>`. Default: the provider's default account. */
  account?: string;
  /** What the result has to be. */
  result?: SchemaRef<T>;
  /** Default `write`. */
  effect?: Effect;
  /** What follows a start that was lost. Default: `again` for a `read`, `ask` for a `write`. */
  onUnknownStart?: OnUnknownStart;
  /** Default 1 hour. */
  deadline?: Duration;
  timings?: Partial<Omit<Timings, 'scale'>>;
  resultBytes?: number;
  /** Who answers the agent's questions, and until when. Default: everybody, until the run's deadline. */
  questions?: QuestionOptions;
  /** How urgent it is, and whose. Default: that of the workflow. */
  priority?: RunPriority;
}

/** A step to be checked, and what it is checked into. */
export interface PrepareTask extends Omit<AgentStep, 'name' | 'result'> {
  key: string;
  result?: { schemaName: string };
}

export interface PreparedRun {
  input: RunInput;
  /** Fingerprint of what was asked for. */
  hash: string;
}
