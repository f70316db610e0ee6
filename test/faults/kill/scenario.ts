import { calm } from '../weather.js';
import { endpointFlags, type EndpointName } from '../../../src/core/endpoints.js';
import type { Act, Instant, PlannedFault, PlannedRun, Program } from '../program.js';

/** A named point at which something is killed, and the run during which it happens. */
export interface Scenario {
  name: string;
  /** What is struck: the worker by SIGKILL, the worker by SIGSTOP until all is over, or the Temporal server by SIGKILL. */
  strikes: 'worker' | 'sleep' | 'server';
  /** When: as a request comes to an instant, or as the worker comes to a point. */
  when: { request: Instant } | { point: string };
  program: Program;
}

/** What a scenario's run is like, where it is not like all others. */
export interface Variant {
  effect?: PlannedRun['effect'];
  asks?: boolean;
  never?: boolean;
  cancel?: Instant;
  decide?: 'again' | 'give-up';
  fault?: Omit<PlannedFault, 'times' | 'after' | 'run'>;
}

/** Above every seed of the programs that are generated. */
const firstNumber = 1_000_000;

export function programOf(number: number, endpoint: EndpointName, variant: Variant): Program {
  const { effect = 'write', asks = false, never = false, cancel, decide, fault } = variant;
  const acts: Act[] = [
    ...(asks ? [{ kind: 'answer', how: 'plain' } as const] : []),
    ...(cancel ? [{ kind: 'cancel', at: cancel } as const] : []),
    ...(decide ? [{ kind: 'decide', how: decide } as const] : []),
  ];
  const seed = firstNumber + number;
  const run: PlannedRun = {
    name: `s${seed}-r0.`,
    endpoint,
    effect,
    session: endpointFlags[endpoint].ownsSession ? 'own' : 'none',
    marked: true,
    deadlineMs: 4_000_000,
    checked: false,
    life: {
      lastsMs: 20_000,
      ending: never ? 'never' : 'completed',
      offSchema: false,
      listedAfterMs: 0,
      asks: asks ? [{ kind: endpoint === 'browserbase.agentRun' ? 'pause' : 'text', afterMs: 3_000 }] : [],
    },
    acts,
  };
  const faults = fault ? [{ ...fault, run: 0, times: 1, after: 0 }] : [];
  return { seed, behaviour: {}, runs: [run], faults, weather: calm };
}
