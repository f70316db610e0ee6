import { batchOptions } from '../../schemas/batch.js';
import { parse } from '../../schemas/parse.js';
import type { PerdureContext } from '../perdure.js';
import { BatchHandle } from './batch-handle.js';
import { ItemSource } from './items.js';
import type { BatchOptions } from './options.js';
import { ResultsFile } from './results-file.js';

/** Checks a batch and its items as far as can be seen now, and reads what its results file has. */
export async function openBatch<I, T>(context: PerdureContext, options: BatchOptions<I, T>): Promise<BatchHandle<T>> {
  const { key, window, stopOn, resultsFile, again } = options;
  const settings = parse(batchOptions, { key, window, stopOn, resultsFile, again }, 'the batch');
  const file =
    settings.resultsFile === undefined ? ResultsFile.none() : await ResultsFile.open(settings.resultsFile, key);
  const source = new ItemSource(options, context, file);
  await source.checkAll();
  const { client, taskQueue, timeScale: scale = 1, onTrouble } = context;
  const place = { client, taskQueue, deployment: context.deployment(), scale };
  return new BatchHandle<T>({ key, place, source, file, settings: { window, stopOn }, onTrouble });
}
