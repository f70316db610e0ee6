import type { StartOptions } from '../../src/client/perdure.js';

/** How much shorter a run's waits are than the provider's own time. */
export const scale = 0.02;

/**
 * Timings of every run, before they are scaled. Those that bound real exchanges are real milliseconds, since they are
 * not shortened below a few seconds; the others are the provider's time.
 */
export const timings = {
  cadence: { first: 6_000, max: 30_000 },
  heartbeat: 2_500,
  startRequest: 1_500,
  request: 1_200,
  release: 8_000,
  sendWindow: 4_000,
  settle: 30_000,
  ask: 250_000,
  lateRun: 60_000,
} satisfies StartOptions['timings'];

/** A deadline, of the provider's time, so long that only what is stuck meets it. */
export const longDeadlineMs = 6_000_000;

/** Real milliseconds that a run of this deadline (of the provider's time) may take until it has ended. */
export function boundOf(deadlineMs: number): number {
  return deadlineMs * scale + 2 * timings.release + timings.heartbeat;
}

/** Real milliseconds on top of the bound, for a busy machine. */
export const slackMs = 15_000;
