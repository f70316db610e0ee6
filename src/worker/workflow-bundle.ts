import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger, type WorkflowBundleWithSourceMap } from '@temporalio/worker';

/** The file of Perdure's own workflows: compiled, or as source where Perdure runs from its sources. */
export const ownWorkflowsPath = ['js', 'ts']
  .map((extension) => fileURLToPath(new URL(`../../workflows/index.${extension}`, import.meta.url)))
  .find((file) => existsSync(file));

let bundle: Promise<WorkflowBundleWithSourceMap> | undefined;

/** The bundle of Perdure's own workflows, made once in a process. */
export function ownWorkflowBundle(): Promise<WorkflowBundleWithSourceMap> {
  bundle ??= bundleWorkflowCode({ workflowsPath: ownWorkflowsPath ?? '', logger: new DefaultLogger('WARN') });
  return bundle;
}
