/** Every duration of a run, in milliseconds, recorded in its input: tests scale it, nobody sleeps. */
export interface Timings {
  /** From the start of the workflow until the run is stopped. Default 1 hour. */
  deadline: number;
  /** Between two looks at the provider: `first` at the beginning, growing to `max`. Default 3 s and 30 s. */
  cadence: { first: number; max: number };
  /** Heartbeat time-out of the activities; a dead worker is noticed after it. Default 10 s. */
  heartbeat: number;
  /** HTTP deadline of a start request. Default 60 s. */
  startRequest: number;
  /** HTTP deadline of every other request. Default 20 s. */
  request: number;
  /** Between two tries of a refused or unanswered call. Default 1 s, doubling to 30 s. */
  backoff: { first: number; max: number };
  /** How long a run that was just started may be unknown to the provider's reads. Default 30 s. */
  notFoundGrace: number;
  /** How long stopping, reading the result and ending the session may take at most. Default 3 minutes. */
  release: number;
  /** How long a start may wait to be sent after it was decided. Default 1 minute. */
  sendWindow: number;
  /** How long a start whose answer was lost is looked for. Default 30 s. */
  settle: number;
  /** How long a person is asked what to do about such a start. Default 15 minutes. */
  ask: number;
  /** How long such a start that was made again may still show and is stopped. Default 5 minutes. */
  lateRun: number;
  /** How much shorter the waits are than the provider's own time; 1 outside tests. */
  scale: number;
}

/** The timings of a run that says nothing else. */
export const defaultTimings: Timings = {
  deadline: 3_600_000,
  cadence: { first: 3_000, max: 30_000 },
  heartbeat: 10_000,
  startRequest: 60_000,
  request: 20_000,
  backoff: { first: 1_000, max: 30_000 },
  notFoundGrace: 30_000,
  release: 180_000,
  sendWindow: 60_000,
  settle: 30_000,
  ask: 900_000,
  lateRun: 300_000,
  scale: 1,
};

/** Below these, in milliseconds, real sockets and processes are too slow to keep up. */
const floors = {
  heartbeat: 2_000,
  startRequest: 5_000,
  request: 3_000,
  release: 10_000,
  sendWindow: 5_000,
  settle: 500,
};

/**
 * Multiplies each timing; a factor of 0.01 makes waits a hundred times shorter. What bounds real exchanges (requests,
 * heartbeats, the release) is not shortened below a few seconds.
 */
export function scaleTimings(timings: Timings, factor: number): Timings {
  const scale = (ms: number, floor = 1) => Math.max(Math.min(ms, floor), 1, Math.round(ms * factor));
  const { cadence, backoff, deadline, notFoundGrace } = timings;
  return {
    deadline: scale(deadline),
    cadence: { first: scale(cadence.first), max: scale(cadence.max) },
    backoff: { first: scale(backoff.first), max: scale(backoff.max) },
    notFoundGrace: scale(notFoundGrace),
    heartbeat: scale(timings.heartbeat, floors.heartbeat),
    startRequest: scale(timings.startRequest, floors.startRequest),
    request: scale(timings.request, floors.request),
    release: scale(timings.release, floors.release),
    sendWindow: scale(timings.sendWindow, floors.sendWindow),
    settle: scale(timings.settle, floors.settle),
    ask: scale(timings.ask),
    lateRun: scale(timings.lateRun),
    scale: timings.scale * factor,
  };
}

/** Until when a run that starts now has to have ended at the latest, its release included. */
export function endsBy({ deadline, release, heartbeat }: Timings, now: number): number {
  return now + deadline + 2 * release + heartbeat;
}

/** The pause before the next look at a run of the given age: the first cadence, then a tenth of the age, up to the maximum. */
export function cadenceAt(cadence: Timings['cadence'], ageMs: number): number {
  return Math.min(cadence.max, Math.max(cadence.first, Math.round(ageMs / 10)));
}

/** The pause before try `attempt` (from 1): doubling, bounded, and spread over its upper half by `random` in [0, 1). */
export function backoffAt(backoff: Timings['backoff'], attempt: number, random: number): number {
  const full = Math.min(backoff.max, backoff.first * 2 ** Math.min(attempt - 1, 30));
  return Math.max(1, Math.round(full * (0.5 + random / 2)));
}
