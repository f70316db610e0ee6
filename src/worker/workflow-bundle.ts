import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  bundleWorkflowCode,
  DefaultLogger,
  type WorkerOptions,
  type WorkflowBundleWithSourceMap,
} from '@temporalio/worker';

/** The file of Perdure's own workflows: compiled, or as source where Perdure runs from its sources. */
const ownWorkflowsPath = ['js', 'ts']
  .map((extension) => fileURLToPath(new URL(`../../workflows/index.${extension}`, import.meta.url)))
  .find((file) => existsSync(file));

const bundles = new Map<string, Promise<WorkflowBundleWithSourceMap>>();

/** The bundle of Perdure's own workflows, made once in a process for each pair of converters. */
export function ownWorkflowBundle(
  converter: WorkerOptions['dataConverter'] = {},
): Promise<WorkflowBundleWithSourceMap> {
  const { payloadConverterPath, failureConverterPath } = converter;
  const key = JSON.stringify([payloadConverterPath, failureConverterPath]);
  const known = bundles.get(key);
  if (known) return known;
  const bundle = bundleWorkflowCode({
    workflowsPath: ownWorkflowsPath ?? '',
    payloadConverterPath,
    failureConverterPath,
    logger: new DefaultLogger('WARN'),
  });
  bundles.set(key, bundle);
  return bundle;
}
