import type { RunPriority } from './admission.js';
import type { AgentSpec } from './builders.js';
import type { Duration } from './duration.js';
import type { Effect, OnUnknownStart, QuestionOptions } from './run.js';
import type { Timings } from './timings.js';

/** Bytes of JSON that an agent's input may have, since it travels in one payload with the rest of the run's input. */
export const mostAgentBytes = 1024 * 1024;

/** An agent at one of the accounts that it may run at. */
export interface Target {
  /** Made by a builder: `anchor.webTask({…})`. */
  agent: AgentSpec;
  /** `<provider>/<name>`. Default: the provider's default account. */
  account?: string;
}

/** What is said of a run, whoever starts it and wherever it runs. */
export interface RunTerms {
  /** Whether doing it twice would matter. Default `write`, which is never done a second time without proof. */
  effect?: Effect;
  /** What follows a start that was lost. Default: `again` for a `read`, `ask` for a `write`. */
  onUnknownStart?: OnUnknownStart;
  /** How long it may take; of a step, at each target. Default 1 hour. */
  deadline?: Duration;
  /** Other durations, in milliseconds or words; those left out keep their defaults. */
  timings?: Partial<Omit<Timings, 'scale'>>;
  /** Largest result in bytes of JSON. Default 256 KiB, at most 1.5 MiB. */
  resultBytes?: number;
  /** Who answers the agent's questions, and until when. Default: everybody, until the run's deadline. */
  questions?: QuestionOptions;
  /**
   * How urgent it is (`priorityKey`, 1 to 5, default 3) and whose (`fairnessKey`), where it waits for its account or a
   * worker: Temporal's own priority, which child workflows inherit.
   */
  priority?: RunPriority;
}
