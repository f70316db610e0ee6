import { z } from 'zod';
import { type Duration, formatDuration, parseDuration } from '../core/duration.js';

const tenYears = 315_360_000_000;

/** A duration between two bounds in milliseconds, both allowed; comes out as milliseconds. */
export function durationBetween(least: number, most: number = tenYears) {
  const isWithin = (value: Duration) => {
    const ms = parseDuration(value);
    return ms !== undefined && ms >= least && ms <= most;
  };
  return z
    .custom<Duration>((value) => (typeof value === 'number' || typeof value === 'string') && isWithin(value), {
      params: {
        expected: `a duration from ${formatDuration(least)} to ${formatDuration(most)}`,
        hint: "A duration is a number of milliseconds, or a text such as '90s', '2h', '3 days', '1h 30m'.",
      },
    })
    .transform((value) => parseDuration(value) ?? least);
}
