import { proxyActivities, sleep } from '@temporalio/workflow';
import type { PerdureActivities } from '../activities/index.js';
import type { RunOfFiles, SavedFile, SaveFilesOptions } from '../src/core/files.js';
import type { Outcome } from '../src/core/run.js';
import { checked } from './checked.js';

const { perdureSaveFiles } = proxyActivities<PerdureActivities>({
  scheduleToCloseTimeout: '1 hour',
  heartbeatTimeout: '10 seconds',
  retry: { initialInterval: '1 second', maximumInterval: '30 seconds' },
});

/**
 * Saves the files that the session of a run downloaded in a folder of the worker, and gives what is known of each: their
 * content does not enter Temporal. The run is named by its outcome or its key, and has ended. Repeated, it fetches only
 * what is not there yet.
 * Fails with an `ApplicationFailure` whose type is the error's code, such as `result-missing` where fewer came than were
 * expected, and `response-too-large` beyond a bound.
 */
export async function saveFiles(run: Outcome | string, options: SaveFilesOptions = {}): Promise<SavedFile[]> {
  const of = runOf(run);
  const begun = Date.now();
  for (let looks = 0; ; looks += 1) {
    const report = await checked(perdureSaveFiles({ run: of, options, looks, waited: Date.now() - begun }));
    if (report.again === undefined) return report.files;
    await sleep(report.again);
  }
}

function runOf(run: Outcome | string): RunOfFiles {
  if (typeof run === 'string') return { key: run };
  const { key, account, provider } = run;
  return { key, account, sessionId: provider.sessionId };
}
