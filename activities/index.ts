import { answerQuestion } from './answer.js';
import type { ActivityDependencies } from './dependencies.js';
import { enrolRun } from './enrol.js';
import { fenceStart } from './fence.js';
import { findMarked } from './find.js';
import { finishRun } from './finish.js';
import { stopLateRuns } from './late-runs.js';
import { lookAtDue } from './look.js';
import { prepareStep } from './prepare.js';
import { runBlocking } from './run-blocking.js';
import { startRun } from './start.js';
import { sweepOrphans } from './sweep.js';

export type { ActivityDependencies, SweepScope } from './dependencies.js';
export { enrol } from './enrol.js';
export { type AccountLookup, ProviderPool } from './provider-pool.js';

/** Perdure's activities under the names that its workflows call them by. */
export function createActivities(dependencies: ActivityDependencies) {
  return {
    perdurePrepare: prepareStep(dependencies),
    perdureStart: startRun(dependencies),
    perdureRunBlocking: runBlocking(dependencies),
    perdureFind: findMarked(dependencies),
    perdureFence: fenceStart(dependencies),
    perdureStopLate: stopLateRuns(dependencies),
    perdureEnrol: enrolRun,
    perdureLook: lookAtDue(dependencies),
    perdureAnswer: answerQuestion(dependencies),
    perdureFinish: finishRun(dependencies),
    perdureSweep: sweepOrphans(dependencies),
  };
}

export type PerdureActivities = ReturnType<typeof createActivities>;
