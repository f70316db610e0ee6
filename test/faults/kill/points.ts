import type { PerdureActivities } from '../../../activities/index.js';
import type { EndpointDriver } from '../../../src/providers/provider.js';
import type { Tampering } from '../test-worker.js';

/** Called when the worker comes to a point; the worker goes on when the promise settles. */
export type Pass = (point: string) => Promise<void>;

type Anything = (...args: unknown[]) => unknown;

/** Lets a worker tell of every activity and every call of a driver, before it and after it. */
export function pointsOf(pass: Pass): Tampering {
  return {
    activities: (own) => watched(own, pass) as PerdureActivities,
    driver: (driver) => watched(driver, pass) as unknown as EndpointDriver,
  };
}

function watched(object: object, pass: Pass): Record<string, unknown> {
  const entries = Object.entries(object).map(([name, value]: [string, unknown]) => {
    if (typeof value !== 'function') return [name, value] as const;
    const call = value as Anything;
    const watching = async (...args: unknown[]) => {
      await pass(`${name}:before`);
      const result = await call(...args);
      await pass(`${name}:after`);
      return result;
    };
    return [name, watching] as const;
  });
  return Object.fromEntries(entries);
}
