import { AccountHealth } from './account-health.js';
import { answerQuestion } from './answer.js';
import { cancelItems, checkItems, startItems, tellBatch } from './batch-items.js';
import type { ActivityDependencies } from './dependencies.js';
import { checkSlots, grantSlots } from './admission.js';
import { enrolRun, leaveRun } from './enrol.js';
import { fenceStart } from './fence.js';
import { findMarked } from './find.js';
import { finishRun } from './finish.js';
import { stopLateRuns } from './late-runs.js';
import { LimitBook } from './limit-book.js';
import { lookAtDue } from './look.js';
import { notify } from './notify.js';
import { prepareQuestion, prepareStep } from './prepare.js';
import { runBlocking } from './run-blocking.js';
import { saveFiles } from './save-files.js';
import { sendNotice } from './send.js';
import { askSlot, startRun } from './start.js';
import { sweepOrphans } from './sweep.js';

export type { ActivityDependencies, SweepScope, Telling } from './dependencies.js';
export { enrol, requestSlot, withdraw } from './doors.js';
export { WatchSpread } from './watch-spread.js';
export { type AccountLookup, ProviderPool } from './provider-pool.js';

/** Perdure's activities under the names that its workflows call them by. */
export function createActivities(dependencies: ActivityDependencies) {
  const limits = new LimitBook((account) => dependencies.limits(account));
  const health = new AccountHealth();
  return {
    perdurePrepare: prepareStep(dependencies, health),
    perdurePrepareQuestion: prepareQuestion(dependencies),
    perdureStart: startRun(dependencies, limits, health),
    perdureAskSlot: askSlot(limits),
    perdureRunBlocking: runBlocking(dependencies, limits),
    perdureFind: findMarked(dependencies),
    perdureFence: fenceStart(dependencies),
    perdureStopLate: stopLateRuns(dependencies),
    perdureEnrol: enrolRun(dependencies.spread, limits),
    perdureLeave: leaveRun(dependencies),
    perdureGrant: grantSlots,
    perdureCheckSlots: checkSlots,
    perdureLook: lookAtDue(dependencies, limits, health),
    perdureNotify: notify(dependencies),
    perdureSend: sendNotice(dependencies),
    perdureAnswer: answerQuestion(dependencies),
    perdureFinish: finishRun(dependencies),
    perdureSaveFiles: saveFiles(dependencies),
    perdureSweep: sweepOrphans(dependencies),
    perdureStartItems: startItems,
    perdureCheckItems: checkItems,
    perdureCancelItems: cancelItems,
    perdureTellBatch: tellBatch,
  };
}

export type PerdureActivities = ReturnType<typeof createActivities>;
