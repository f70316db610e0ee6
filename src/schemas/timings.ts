import { z } from 'zod';
import { defaultTimings, type Timings } from '../core/timings.js';
import { durationBetween } from './duration.js';

const duration = durationBetween(1).optional();
const growing = z.strictObject({ first: duration, max: duration }).optional();

/** Timings that differ from the defaults; each a duration. */
export const timings = z
  .strictObject({
    deadline: duration,
    cadence: growing,
    heartbeat: duration,
    startRequest: duration,
    request: duration,
    backoff: growing,
    notFoundGrace: duration,
    release: duration,
    sendWindow: duration,
    settle: duration,
    ask: duration,
    lateRun: duration,
  } satisfies Record<Exclude<keyof Timings, 'scale'>, z.ZodType>)
  .superRefine((given, context) => {
    for (const name of ['cadence', 'backoff'] as const) {
      const { first, max } = { ...defaultTimings[name], ...present(given[name] ?? {}) };
      if (first <= max) continue;
      const params = { expected: `at least ${name}.first, which is ${first} ms` };
      context.addIssue({ code: 'custom', path: [name, 'max'], params });
    }
  });

/** The defaults with what was given in their place; a deadline of its own goes before the one in the timings. */
export function timingsOf(given: z.output<typeof timings> = {}, deadline?: number): Timings {
  const { cadence, backoff, ...flat } = given;
  return {
    ...defaultTimings,
    ...present(flat),
    cadence: { ...defaultTimings.cadence, ...present(cadence ?? {}) },
    backoff: { ...defaultTimings.backoff, ...present(backoff ?? {}) },
    ...(deadline === undefined ? {} : { deadline }),
  };
}

/** Without the fields that are undefined, so that they don't hide a default. */
function present<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
