import { endpointNames, providerOf } from '../../src/core/endpoints.js';
import type { BehaviourChange } from '../../src/simulator/behaviour.js';
import { createRandom, hash, type Random } from '../../src/simulator/random.js';
import { planFaults } from './generate-faults.js';
import { planJob } from './generate-job.js';
import { planApproval, planPeople } from './generate-people.js';
import { planRun } from './generate-run.js';
import { longDeadlineMs } from './pace.js';
import type { PlannedRun, Program } from './program.js';
import { planWeather, type Weather } from './weather.js';

const fewestRuns = 4;

/** The program of a seed. The same seed gives the same program, whatever runs beside it. */
export function generateProgram(seed: number): Program {
  const random = createRandom(hash('program', seed));
  const count = fewestRuns + random.below(2);
  const runs = Array.from({ length: count }, (_, index) =>
    planRun(random, {
      name: `s${seed}-r${index}.`,
      endpoint: endpointNames[(seed + index) % endpointNames.length] ?? 'anchor.webTask',
    }),
  );
  planPeople(seed, runs);
  const weather = planWeather(seed);
  prolong(runs, weather);
  return {
    seed,
    behaviour: planBehaviour(random),
    runs,
    faults: planFaults(random, seed, runs),
    weather,
    approval: planApproval(seed),
    job: planJob(seed),
  };
}

/** Where slots are scarce, runs outlast by far what it takes until a slot that went on too early is used by the next. */
function prolong(runs: readonly PlannedRun[], { limits }: Weather): void {
  for (const { endpoint, deadlineMs, life } of runs) {
    const isFree = limits[providerOf(endpoint)] === undefined || deadlineMs < longDeadlineMs;
    if (!isFree && !life.odd) life.lastsMs += 80_000;
  }
}

function planBehaviour(random: Random): BehaviourChange {
  const flip = <T>(values: readonly [T, ...T[]]): T => random.pick(values) ?? values[0];
  return {
    anchor: {
      sessionEnd: flip(['fails-run', 'fails-run', 'cancels-run'] as const),
      executionResultId: random.next() < 0.9,
      syncFailure: flip(['body', '500'] as const),
      tags: flip(['list', 'dictionary'] as const),
      steps: flip(['number', 'list'] as const),
      webTaskStatusResult: flip(['once', 'twice'] as const),
      endedStatus: flip(['completed', 'stopped'] as const),
      listLagMs: random.next() < 0.1 ? 5_000 : 0,
    },
    browserbase: { listOrder: flip(['newest-first', 'oldest-first'] as const) },
  };
}
