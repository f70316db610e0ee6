import { type FaultKind, faultKinds } from '../../src/simulator/fault.js';
import type { Operation } from '../../src/simulator/operation.js';
import type { Random } from '../../src/simulator/random.js';
import { operationsOf } from './operations-of.js';
import type { PlannedFault, PlannedRun } from './program.js';

const fewestFaults = 3;

/** At least three faults; the kinds go round with the seed, so that each comes often enough. */
export function planFaults(random: Random, seed: number, runs: readonly PlannedRun[]): PlannedFault[] {
  const count = fewestFaults + random.below(3);
  const faults = Array.from({ length: count }, (_, index) => {
    const kind = faultKinds[(seed * fewestFaults + index) % faultKinds.length] ?? 'reply-lost';
    return planFault(random, kind, runs);
  });
  return random.next() < 0.6 ? [...faults, loseAStart(random, runs)] : faults;
}

function planFault(random: Random, kind: FaultKind, runs: readonly PlannedRun[]): PlannedFault {
  const run = random.below(runs.length);
  const planned = runs[run];
  const on = (planned && random.pick(operationsOf(planned))) ?? 'start';
  // What can't be repeated is hit once; what can, up to three times.
  const times = on === 'start' ? 1 : 1 + random.below(3);
  return { kind, on, run, times, after: 0, ...detailsOf(random, kind, on) };
}

/** The faults that this is about: nobody knows whether the start was accepted. */
function loseAStart(random: Random, runs: readonly PlannedRun[]): PlannedFault {
  const kinds = ['reply-lost', '5xx-after', 'hang-after', 'effect-late', 'half-json', 'cut-body'] as const;
  const kind = random.pick(kinds) ?? 'reply-lost';
  return { kind, on: 'start', run: random.below(runs.length), times: 1, after: 0, ...detailsOf(random, kind, 'start') };
}

function detailsOf(random: Random, kind: FaultKind, on: Operation): Partial<PlannedFault> {
  switch (kind) {
    case '429':
      return { retryAfter: random.pick([0, 1, 'date', on === 'start' ? 1 : 'absurd'] as const) };
    case 'status':
      return { status: random.pick(on === 'start' ? [400, 402, 403, 404, 422] : [500, 502, 503]) };
    case '5xx-before':
    case '5xx-after':
      return { status: random.pick([500, 502, 503, 504]) };
    case 'effect-late':
      return { delayMs: random.pick([2_000, 15_000, 45_000]) };
    case 'slow':
    case 'slow-after':
      return { delayMs: random.pick([100, 400, 1_200]) };
    case 'huge':
      return { bytes: 3 * 1024 * 1024 };
    default:
      return {};
  }
}
