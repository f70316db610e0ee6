import type { FilePlan, SaveFilesTask } from '../core/files.js';
import { defaultTimings, scaleTimings } from '../core/timings.js';
import { saveFilesOptions } from '../schemas/files.js';
import { parse } from '../schemas/parse.js';

/** Makes the check of what a workflow says of the files to be saved; they go to this folder. */
export function prepareFiles(folder: string, timeScale: number = 1): (task: SaveFilesTask) => FilePlan {
  return ({ run, options }) => {
    const { within, ...checked } = parse(saveFilesOptions, options, `what is said of the files of '${run.key}'`);
    const timings = scaleTimings(defaultTimings, timeScale);
    return { ...checked, within: Math.max(1, Math.round(within * timeScale)), folder, timings };
  };
}
