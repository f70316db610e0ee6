import { createHash } from 'node:crypto';
import { scalePolicy } from '../core/escalation.js';
import type { RunInput } from '../core/run.js';
import { scaleTimings } from '../core/timings.js';
import { parse } from '../schemas/parse.js';
import { startOptions } from '../schemas/start.js';

/** What a run's input takes from the process that starts it. */
export interface StartContext {
  /** Asked only for input that fits. */
  deployment: () => string;
  taskQueue: string;
  /** Multiplies every timing; for tests. Default 1. */
  timeScale?: number;
  /** Whether an account is known to have limits. Default: none is. */
  limited?: (account: string) => boolean;
}

/** Checks what a caller gives and makes the workflow's input of it; `what` is its name in the error. Throws `bad-input`. */
export function newRunInput(options: unknown, context: StartContext, what = 'the start options'): RunInput {
  const checked = parse(startOptions, options, what);
  const scale = context.timeScale ?? 1;
  const timings = scaleTimings(checked.timings, scale);
  const deployment = context.deployment();
  const limited = context.limited?.(checked.account) ?? false;
  const { questions, refusedFor, ...rest } = checked;
  return {
    version: 1,
    ...rest,
    timings,
    deployment,
    taskQueue: context.taskQueue,
    ...(limited && { limited }),
    ...(questions && { questions: scalePolicy(questions, scale) }),
    ...(refusedFor !== undefined && { refusedFor: refusedFor * scale }),
  };
}

/** A fingerprint of what the caller asked for: the same for the same start, whoever makes it and wherever. */
export function hashInput({
  account,
  agent,
  effect,
  onUnknownStart,
  resultSchema,
  timings,
  resultBytes,
  questions,
}: RunInput): string {
  const asked = { account, agent, effect, onUnknownStart, resultSchema, timings, resultBytes, questions };
  return fingerprint(asked);
}

/** The same text for values that say the same, whatever the order of their fields. */
export function fingerprint(value: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(sorted(value)))
    .digest('hex');
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, item]) => [name, sorted(item)]));
}
